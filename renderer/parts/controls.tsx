// The controls that every screen uses, on React Aria: one look, one set of names for screen readers.
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextField,
} from 'react-aria-components';

type ButtonProps = {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly kind?: 'primary' | 'danger' | undefined;
  readonly isDisabled?: boolean;
  /** For screen readers, where the visible text is not enough. */
  readonly label?: string;
};

export const Button = ({ children, onPress, kind, isDisabled = false, label }: ButtonProps) => (
  <AriaButton
    className={kind ? `button ${kind}` : 'button'}
    onPress={onPress}
    isDisabled={isDisabled}
    {...(label ? { 'aria-label': label } : {})}
  >
    {children}
  </AriaButton>
);

/** Sends the form it is in, by press and by Enter. */
export const SubmitButton = ({
  children,
  isDisabled = false,
}: {
  readonly children: ReactNode;
  readonly isDisabled?: boolean;
}) => (
  <AriaButton type="submit" className="button primary" isDisabled={isDisabled}>
    {children}
  </AriaButton>
);

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly hint?: string;
  readonly isDisabled?: boolean;
  readonly isRequired?: boolean;
  readonly autoFocus?: boolean;
};

export const Field = ({
  label,
  value,
  onChange,
  type = 'text',
  hint,
  isRequired = false,
  isDisabled = false,
  autoFocus,
}: FieldProps) => (
  <TextField
    className="field"
    value={value}
    onChange={onChange}
    type={type}
    isRequired={isRequired}
    isDisabled={isDisabled}
    autoFocus={autoFocus === true}
    autoComplete="off"
  >
    <Label>{label}</Label>
    <Input />
    {hint ? <Text slot="description">{hint}</Text> : null}
  </TextField>
);

type ChoiceProps = {
  readonly label: string;
  /** For screen readers, where one screen has several of the same label. */
  readonly name?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly id: string; readonly title: string }[];
  readonly placeholder?: string;
};

export const Choice = ({ label, name, value, onChange, options, placeholder = '' }: ChoiceProps) => (
  <AriaSelect
    className="field"
    value={value === '' ? null : value}
    onChange={(key) => onChange(String(key ?? ''))}
    placeholder={placeholder}
    {...(name ? { 'aria-label': name } : {})}
  >
    <Label>{label}</Label>
    <AriaButton className="select-button">
      <SelectValue />
      <span aria-hidden="true">▾</span>
    </AriaButton>
    <Popover className="popover">
      <ListBox>
        {options.map((option) => (
          <ListBoxItem key={option.id} id={option.id}>
            {option.title}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </AriaSelect>
);

type CheckProps = {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
};

export const Check = ({ children, isSelected, onChange }: CheckProps) => (
  <AriaCheckbox className="check" isSelected={isSelected} onChange={onChange}>
    <span className="box" aria-hidden="true">
      {isSelected ? '✓' : ''}
    </span>
    <span>{children}</span>
  </AriaCheckbox>
);
