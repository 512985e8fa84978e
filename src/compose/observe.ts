import { type Config, type Preset, presets } from '../config/index.ts'
import type { EapObserver } from '../eap/index.ts'
import type { SavedSigning } from '../operations/index.ts'
import { type Counters, explain, type Logger, signInEvent } from '../ops/index.ts'
import { type DropReason, dropReasons, referenceOf, type SignInLog } from '../signin/index.ts'
import type { Drop, TransportObserver } from '../transport/index.ts'

/** What the listener tells, as log lines and counts. `config`: the one in use. */
export function observeTransport(
  logger: Logger,
  counters: Counters,
  config: () => Config,
  onLearnt: (gateway: string) => void,
  noteSigning: SavedSigning['note'],
): TransportObserver {
  return {
    onDrop(drop) {
      counters.count('drops', drop.reason)
      const signing = signingOf(drop.reason)
      if (drop.gateway !== undefined && signing !== undefined) noteSigning(drop.gateway, signing)
      if (drop.error !== undefined) {
        logger.log({ event: 'internal-error', where: 'transport', ...explain(drop.error) })
      }
      if (!drop.log) return
      logger.log({
        event: 'packet-dropped',
        reason: drop.reason,
        source: drop.source,
        ...(drop.gateway === undefined ? {} : { gateway: drop.gateway }),
        ...(drop.attemptId === undefined
          ? {}
          : { attemptId: drop.attemptId, reference: referenceOf(drop.attemptId) }),
        ...(drop.detail === undefined ? {} : { detail: drop.detail }),
        remedy: remedyOf(drop, config()),
      })
    },
    onAnswer({ kind, reason }) {
      counters.count(`${kind}s`, reason)
    },
    onResend(_gateway, how) {
      counters.count(how === 'joined' ? 'resends-joined' : 'resends-answered')
    },
    onStatus() {
      counters.count('requests', 'status-server')
    },
    onAccounting(_gateway, result) {
      counters.count('accounting', result)
    },
    onVerified(gateway, messageAuthenticator) {
      noteSigning(gateway, messageAuthenticator === 'valid' ? 'signed' : 'unsigned')
    },
    onLearnt,
    onSendError(error) {
      counters.count('internal-errors', 'send')
      logger.log({ event: 'internal-error', where: 'send', ...explain(error) })
    },
    onSocket(event, address, port, error) {
      logger.log({
        event: 'socket',
        state: event,
        address: `${address}:${port}`,
        ...(error === undefined ? {} : { detail: error.message }),
      })
    },
  }
}

/** What a drop says of Message-Authenticator; undefined for all that have nothing to do with it. */
function signingOf(reason: DropReason): 'unsigned' | 'misfit' | undefined {
  if (reason === 'message-authenticator-missing') return 'unsigned'
  return reason === 'message-authenticator-wrong' ? 'misfit' : undefined
}

/** What to do; where the preset knows how the gateway comes to send Message-Authenticator, that too (RULES 17). */
function remedyOf({ reason, gateway = '' }: Drop, { gateways }: Config): string {
  const { remedy } = dropReasons[reason]
  const name = gateways[gateway]?.preset
  if (reason !== 'message-authenticator-missing' || name === undefined) return remedy
  const { title, messageAuthenticator }: Preset = presets[name]
  return messageAuthenticator === undefined
    ? remedy
    : `${remedy} ${title}: ${messageAuthenticator.text}`
}

/** What conversations of EAP tell. */
export function observeEap(logger: Logger, counters: Counters): EapObserver {
  return {
    onLapse({ device, ...lapse }) {
      counters.count('eap-lapses', lapse.stage)
      logger.log({ event: 'eap-lapsed', ...lapse, ...(device === undefined ? {} : { device }) })
    },
    onError(error) {
      logger.log({ event: 'internal-error', where: 'eap', ...explain(error) })
    },
  }
}

/** What a sign-in tells. */
export function observeSignIns(logger: Pick<Logger, 'log'>): SignInLog {
  return {
    signIn: (record) => logger.log(signInEvent(record)),
    trouble({ userName, ...event }) {
      logger.log({
        event: 'sign-in-trouble',
        ...event,
        ...(userName === undefined ? {} : { user: userName }),
      })
    },
  }
}
