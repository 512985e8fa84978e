import { useId, useRef, useState } from 'preact/hooks'
import { useApp } from './app-context.ts'

export type FieldProps = {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: string | undefined
  /** Tied to the field, so that it is read with it. */
  readonly error?: string | undefined
  readonly type?: 'text' | 'password' | 'tel'
  readonly autoComplete?: string
  readonly inputMode?: 'text' | 'numeric' | 'tel'
  readonly maxLength?: number
  readonly optional?: boolean
  readonly look?: 'plain' | 'code'
}

/** Preact's types want each kind by itself. */
function kindOf(type: 'text' | 'password' | 'tel') {
  if (type === 'text') return { type } as const
  return type === 'tel' ? ({ type } as const) : ({ type } as const)
}

export function Field(props: FieldProps) {
  const { label, name, value, onValue, hint, error, type = 'text', optional } = props
  const { say } = useApp()
  const id = useId()
  const [isShown, setShown] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  const isCode = props.look === 'code'
  const kind = kindOf(type === 'password' && isShown ? 'text' : type)
  return (
    <div class={`field ${error ? 'wrong' : ''}`}>
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div class="input-row">
        <input
          {...kind}
          id={id}
          ref={input}
          name={name}
          class={isCode ? 'code' : undefined}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
          autoComplete={props.autoComplete ?? 'off'}
          autoCapitalize="none"
          autoCorrect="off"
          spellcheck={false}
          inputMode={props.inputMode}
          maxLength={props.maxLength}
          required={!optional}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
        />
        {type === 'password' && (
          <button
            type="button"
            class="reveal"
            aria-label={say(isShown ? 'hide-password' : 'show-password')}
            onClick={() => setShown(!isShown)}
          >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
              <path d="M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5S5 16.5 2.5 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z" />
              {!isShown && <path d="M4 20L20 4" />}
            </svg>
          </button>
        )}
      </div>
      {error && (
        <p class="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

/** For codes that someone reads or receives: paste works, phones offer what was sent. */
export function CodeField(props: Omit<FieldProps, 'type' | 'look'>) {
  return (
    <Field autoComplete="one-time-code" inputMode="numeric" maxLength={64} {...props} look="code" />
  )
}
