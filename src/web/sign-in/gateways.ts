import type { Method } from '../../accounts/index.ts'
import { confirmName, type GatewayRules, portalName } from '../../signin/index.ts'

/**
 * How long a request to the portal may be kept open while a phone rings. Proxies in front give up after 30 s and more;
 * 60 s are three of these.
 */
const patienceMs = 21_000
const marginMs = 1_000

export type PortalGateways = {
  /** Where people sign in. */
  readonly signIn: GatewayRules
  /** Where someone who is signed in gives a second factor for one change. */
  readonly confirm: GatewayRules
}

/** The portal as the sign-in sees it. `company`: whose it is, in calls and texts; '' where it has no name. `directories`: in the order they are asked. */
export function createPortalGateways(of: {
  readonly company: string
  readonly directories: readonly string[]
  readonly methods: readonly Method[]
  /** Whether only administrators can write the numbers of the directory. */
  readonly trustsDirectoryPhones: boolean
}): PortalGateways {
  const common = {
    flow: 'challenge',
    challenges: true,
    patienceMs,
    marginMs,
    secondFactorFirst: false,
    methods: of.methods,
    append: false,
    // Many people share an address; a browser is known by its cookie.
    personSpecificDevice: false,
    onDirectoryDown: 'reject',
    requireGroups: [],
    denyGroups: [],
    replyAttributes: [],
    label: of.company,
    isPortal: true,
    trustsDirectoryPhones: of.trustsDirectoryPhones,
  } as const
  const { directories } = of
  return {
    signIn: {
      ...common,
      name: portalName,
      group: portalName,
      firstFactor: { kind: 'directories', names: directories },
    },
    // A group of its own: no code that was sent for signing in, or for another change, is good for this one (PEOPLE
    // R6).
    confirm: {
      ...common,
      name: confirmName,
      group: confirmName,
      firstFactor: { kind: 'session', directories },
    },
  }
}
