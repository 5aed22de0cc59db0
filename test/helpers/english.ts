// Whether a text is English: by the small words that every English sentence has and no German one.
const small =
  /\b(?:the|and|is|are|not|of|this|that|it|with|from|has|have|does|cannot|must|its|to|be|by|no|or|what|when|without)\b/i;

/** Commands, options, ports and file names are the same in every language. */
const commands = /`[^`]*`|--[\w-]+|\/dev\/\S+|\S+\.(?:md|json|pem|csv)\b/g;

export const isEnglish = (text: string): boolean => small.test(text.replace(commands, ''));
