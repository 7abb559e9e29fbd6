import { SelectField, TextField } from '../../ui/field.tsx';

const TYPES = {
  none: 'None',
  bearer: 'Bearer token',
  api_key: 'A header of its own',
  basic: 'User and password',
} as const;
export type AuthType = keyof typeof TYPES;
const isAuthType = (text: string): text is AuthType => text in TYPES;

export interface AuthValues {
  readonly auth_type: AuthType;
  readonly token: string;
  readonly header: string;
  readonly value: string;
  readonly username: string;
  readonly password: string;
}

export const SECRET_FIELDS = ['token', 'value', 'password'] as const;

export function emptyAuth(authType = 'none'): AuthValues {
  const auth_type = isAuthType(authType) ? authType : 'none';
  return { auth_type, token: '', header: 'X-API-Key', value: '', username: '', password: '' };
}

/** What the API takes; without `auth` where nothing was typed, so that a credential that is set stays. */
export function toAuth({ auth_type, token, header, value, username, password }: AuthValues) {
  if (auth_type === 'bearer' && token !== '') return { auth_type, auth: { token } };
  if (auth_type === 'api_key' && value !== '') return { auth_type, auth: { name: header, value } };
  if (auth_type === 'basic' && password !== '') return { auth_type, auth: { username, password } };
  return auth_type === 'none' ? { auth_type, auth: null } : { auth_type };
}

/** The same for a PATCH: the way of signing in and its credential go together, or not at all. */
export function toChangedAuth(values: AuthValues, start: AuthValues) {
  const auth = toAuth(values);
  return JSON.stringify(auth) === JSON.stringify(toAuth(start)) ? {} : auth;
}

interface AuthFieldsProps {
  readonly values: AuthValues;
  readonly set: (name: keyof AuthValues, value: string) => void;
  /** One is set already; nobody can read it again. */
  readonly hasAuth: boolean;
}

export function AuthFields({ values, set, hasAuth }: AuthFieldsProps) {
  const hint = hasAuth
    ? 'One is set. Leave this empty to keep it.'
    : 'Kept sealed; nobody can read it again.';
  const field = (name: keyof AuthValues) => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => set(name, target.value),
  });
  const secret = { type: 'password', autoComplete: 'off', hint } as const;
  return (
    <>
      <SelectField
        label="Sign-in"
        value={values.auth_type}
        onChange={({ target }) => isAuthType(target.value) && set('auth_type', target.value)}
      >
        {Object.entries(TYPES).map(([type, words]) => (
          <option key={type} value={type}>
            {words}
          </option>
        ))}
      </SelectField>
      {values.auth_type === 'bearer' && <TextField label="Token" {...secret} {...field('token')} />}
      {values.auth_type === 'api_key' && (
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <TextField label="Header" {...field('header')} />
          <TextField label="Value" {...secret} {...field('value')} />
        </div>
      )}
      {values.auth_type === 'basic' && (
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <TextField label="User" autoComplete="off" {...field('username')} />
          <TextField label="Password" {...secret} {...field('password')} />
        </div>
      )}
    </>
  );
}
