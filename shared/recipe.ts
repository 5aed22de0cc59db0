// A recipe: which steps, with which inputs, for which devices. The same file serves the command line, the line mode
// and the app. Files in it are relative to the recipe.
import { z } from 'zod';
import { parseStrictJson } from './cpk/strict-json.ts';
import { ProvisionerError } from './errors/error.ts';
import { linkChoices } from './link.ts';

const text = z.string().min(1).max(1024);

/** How a package is loaded; ports and credentials belong to the site, not to the package. */
export const recipeSchema = z.strictObject({
  recipe: z.literal(1),
  name: z.string().min(1).max(100),
  /** `enrol`: read, judge and register; `load`: that, then key and package. */
  action: z.enum(['enrol', 'load']),
  package: text.optional(),
  key: text.optional(),
  anchors: z.array(text).max(16).default([]),
  policy: text.optional(),
  factoryList: text.optional(),
  /** Absent: chosen by what the device calls itself. */
  profile: text.optional(),
  ports: z.array(text).max(64).default([]),
  user: text.default('admin'),
  /** Name of the environment variable that holds the login password. */
  passwordEnv: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/)
    .optional(),
  operator: text.optional(),
  reason: text.optional(),
  /** Absent: as the station's settings say for the port, else `auto`. */
  link: z.enum(linkChoices).optional(),
  baudRate: z.number().int().min(1200).max(4_000_000).default(115_200),
});

export type Recipe = z.infer<typeof recipeSchema>;

const maxRecipeChars = 64 * 1024;

/**
 * A recipe from its JSON text.
 * @throws recipe.invalid naming the field
 */
export function parseRecipe(json: string): Recipe {
  if (json.length > maxRecipeChars)
    throw new ProvisionerError('recipe.invalid', `longer than ${maxRecipeChars} characters`, {
      details: { field: 'recipe' },
    });
  const parsed = recipeSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'recipe';
    throw new ProvisionerError('recipe.invalid', `${field}: ${issue?.message ?? 'not understood'}`, {
      details: { field },
    });
  }
  const recipe = parsed.data;
  if (recipe.action === 'load' && (!recipe.package || !recipe.key)) {
    throw new ProvisionerError('recipe.invalid', 'a load recipe names a package and a key', {
      details: { field: 'package' },
    });
  }
  return recipe;
}

/** A step stated twice would be decided by the last one: duplicate keys are refused. */
function parseJson(json: string): unknown {
  try {
    return parseStrictJson(json);
  } catch (cause) {
    const said = cause instanceof ProvisionerError ? cause.message : 'not JSON';
    throw new ProvisionerError('recipe.invalid', said, { details: { field: 'recipe' }, cause });
  }
}
