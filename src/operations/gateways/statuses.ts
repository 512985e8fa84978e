import type { PatienceMemory } from '../../patience/index.ts'
import type { Store } from '../../store/index.ts'
import type { GatewayStatus } from '../parts.ts'
import { loadLearnt } from './saved-signing.ts'
import type { SigningCounts, SigningStatus } from './signing.ts'

/** Where nothing is known of the kind of gateway. */
const generalAdvice = [
  'Raise the time-out of its RADIUS server, or the number of tries, until both multiplied come to 60 s.',
  'Where the people connect with a program of their own, let that wait longer than the gateway.',
]

/** Where the preset does not know how a gateway comes to send Message-Authenticator. */
const generalFix =
  'Update it to a version that sends Message-Authenticator in every request (its fix for CVE-2024-3596, of July 2024 or later), and switch that on.'

/** A gateway as the configuration has it, before anything is seen of it. */
export type ConfiguredGateway = Omit<
  GatewayStatus,
  'advice' | 'memory' | 'lastAccountingMs' | 'signing'
> & {
  /** What the preset advises; absent where there is none. */
  readonly advice?: readonly string[]
  readonly signing: Pick<SigningStatus, 'mode' | 'until'> & {
    /** What the preset knows of Message-Authenticator. */
    readonly howTo?: string
  }
}

/** What was seen of Message-Authenticator in the requests of a gateway. */
export type SeenSigning = { readonly counts: SigningCounts; readonly learnt: boolean }

const nothingSeen: SeenSigning = { counts: {}, learnt: false }

/** The gateways of the configuration, with what was learnt about each. */
export function gatewayStatuses(
  gateways: readonly ConfiguredGateway[],
  memoryOf: (gateway: string) => PatienceMemory | undefined,
  signingOf: (gateway: string) => SeenSigning = () => nothingSeen,
  lastAccountingMs: ReadonlyMap<string, number> = new Map(),
): GatewayStatus[] {
  return gateways.map((gateway) => {
    const memory = memoryOf(gateway.name)
    const accountingMs = lastAccountingMs.get(gateway.name)
    return {
      ...gateway,
      advice: gateway.advice ?? generalAdvice,
      ...(memory === undefined ? {} : { memory }),
      ...(accountingMs === undefined ? {} : { lastAccountingMs: accountingMs }),
      signing: signingStatus(gateway.signing, signingOf(gateway.name)),
    }
  })
}

/** The same with what the store has: who has shown that it sends Message-Authenticator, and who sends accounting. */
export async function loadGatewayStatuses(
  gateways: readonly ConfiguredGateway[],
  store: Pick<Store, 'settings' | 'accounting'>,
  memoryOf: (gateway: string) => PatienceMemory | undefined,
  countsOf: (gateway: string) => SigningCounts,
): Promise<readonly GatewayStatus[]> {
  const learnt = await loadLearnt(store.settings)
  const lastAccountingMs = await store.accounting.lastOf(gateways.map(({ name }) => name))
  const signingOf = (name: string) => ({ counts: countsOf(name), learnt: learnt.has(name) })
  return gatewayStatuses(gateways, memoryOf, signingOf, lastAccountingMs)
}

function signingStatus(
  { mode, until, howTo = generalFix }: ConfiguredGateway['signing'],
  { counts, learnt }: SeenSigning,
): SigningStatus {
  return {
    mode,
    learnt: mode === 'learn' && learnt,
    ...(until === undefined ? {} : { until }),
    counts,
    howTo,
  }
}
