import type { IdleSetting } from '../../finding.ts'
import type { Config, GatewayConfig } from '../../resolved/resolve.ts'

/** Settings for codes after the password that can never do anything (RULES 35). */
export function findIdleAppends(config: Config): readonly IdleSetting[] {
  return Object.values(config.gateways).flatMap(idleAppends)
}

function idleAppends(gateway: GatewayConfig): readonly IdleSetting[] {
  const { append, flow, name, secondFactorFirst } = gateway
  const at = (setting: string) => `gateways.${name}.${setting}`
  const found: (IdleSetting | false)[] = [
    append !== false &&
      append.delimiter === '' &&
      flow === 'auto' && {
        setting: at('append.delimiter'),
        why: 'is empty, and flow auto reads a code only after a delimiter',
        remedy: 'Set a delimiter, such as ",", or write append: false.',
      },
    append !== false &&
      append.delimiter === '' &&
      append.words && {
        setting: at('append.words'),
        why: 'has no effect without a delimiter: a password may end in such a word',
        remedy: 'Set a delimiter, or words: false.',
      },
    secondFactorFirst &&
      !readsCodes(gateway) && {
        setting: at('second_factor_first'),
        why: 'refuses everyone but users of remembered devices: this gateway reads no code after the password',
        remedy: 'Use flow auto or append, without append: false.',
      },
  ]
  return found.filter((each) => each !== false)
}

/** Whether a code can come in the same request as the password. */
function readsCodes({ append, flow }: GatewayConfig): boolean {
  return append !== false && (flow === 'auto' || flow === 'append')
}
