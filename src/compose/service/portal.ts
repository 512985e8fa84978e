import { randomBytes } from 'node:crypto'
import { directoryOfKey, type Notices } from '../../accounts/index.ts'
import { availableMethods, type Config } from '../../config/index.ts'
import {
  createPasskeyJudge,
  createPhoneJudge,
  createReceipts,
  type PasskeyJudge,
  type Receipts,
  readPhoneKey,
} from '../../methods/index.ts'
import {
  askAgainByPhone,
  createFirstProofChecks,
  demoPhoneOwner,
  loadPauses,
  type SelfOperations,
} from '../../operations/index.ts'
import { explain, type Logger } from '../../ops/index.ts'
import { createKeptSecrets, type PagePrompts, takesOwnDigits } from '../../signin/index.ts'
import { deriveKey, type Store, StoreError } from '../../store/index.ts'
import type { HttpPlugin, PortalParts, PortalRoutes, SharedOffers } from '../../web/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'
import { createEnrolmentParts } from './enrolment.ts'
import { placeIn } from './own.ts'
import { createPhoneChanges } from './phones/changes.ts'
import { createWithLanguage } from './with-language.ts'

export type PortalWiring = Pick<
  Lasting,
  'clock' | 'continuationSealer' | 'opened' | 'pairings' | 'registry' | 'storeFailed'
> & {
  readonly logger: Pick<Logger, 'log'>
  /** What follows from the configuration in use. */
  readonly generation: () => Pick<
    Generation,
    'campaignFor' | 'config' | 'directories' | 'portal' | 'push' | 'reach' | 'texts'
  >
  readonly notices: Notices
  readonly self: SelfOperations
}

/** The portal, from the parts of the service. `more`: routes that only a demo has. */
export async function createPortalPlugin(
  publicUrl: string,
  wiring: PortalWiring,
  more: readonly PortalRoutes[] = [],
): Promise<HttpPlugin> {
  const web = await import('../../web/index.ts')
  const { clock, generation, opened } = wiring
  const { webSessions, webSteps, authenticators } = opened.store
  const current = () => {
    const { portal } = generation()
    if (portal === undefined) throw new Error('the configuration in use has no portal')
    return portal
  }
  const recheck = web.createSessionCheck(clock, current)
  const sessions = web.createSessions({ clock, store: webSessions, authenticators, recheck })
  const cookies = web.createCookies(publicUrl, 'people')
  const steps = web.createSteps(webSteps, cookies, clock)
  const common = { clock, sessions, cookies, steps }
  const enrolling = enrolmentRouteParts(wiring)
  const signIn = web.signInRoutes({
    ...common,
    ...{
      current,
      authenticators,
      notices: wiring.notices,
      passkeys: judgeOf(wiring),
      sharedWaits: opened.store.nodes && { clock, waits: opened.store.webWaits },
      offers: web.createPasskeyOffers(clock, opened.store.takeOvers, sharedOffers(opened.store)),
      keptSecrets: createKeptSecrets(wiring),
      changes: { ...web.ownChanges(wiring.self), ...web.enrolmentChanges(wiring.self) },
      startEnrolment: web.createStartEnrolment(enrolling),
    },
  })
  const own = portalParts(publicUrl, wiring)
  const enrolment = web.enrolmentRoutes({ ...common, ...enrolling, look: own.look })
  const prompts = () => current().prompts
  const nameOf = () => generation().texts.text('recent-portal', undefined)
  const placeOf = (address: string | undefined) => placeIn(generation().config, address)
  const approve = web.approveRoutes({
    ...{ clock, prompts, passkeys: judgeOf(wiring), authenticators, placeOf },
  })
  const ofPasskeys = web.passkeyRoutes({
    ...{ authenticators, people: opened.store.personRecords },
    host: () => generation().portal?.passkeys?.host,
  })
  const { accounts, nodes, spent } = opened.store
  const phones = createPhoneJudge({
    ...{ accounts, authenticators, clock },
    ...(nodes === undefined ? {} : { once: onceAtAllNodes(spent) }),
  })
  const ofPhones = web.phoneRoutes({
    ...{ clock, pairings: wiring.pairings, phones, prompts, placeOf },
    bells() {
      const { push } = generation()
      return push && { key: push.publicKey, mayReach: push.mayReach }
    },
    subscribe: (phone, subscription) => authenticators.subscribePhone(phone, subscription),
    receipts: receiptsOf(wiring, prompts, own.onError),
    isPhoneKey: (spki) => readPhoneKey(spki) !== undefined,
    changes: createPhoneChanges(wiring, enrolling.findUser),
    pauses: {
      list: (userKey) => loadPauses({ clock, store: opened.store }, { nameOf, placeOf }, userKey),
      end: (phone, pause) => askAgainByPhone({ clock, store: opened.store }, phone, pause),
    },
  })
  const streams = web.streamRoutes({
    ...{ clock, sessions, phones, prompts, placeOf, onError: own.onError },
  })
  const routes = [signIn, enrolment, approve, ofPasskeys, ofPhones, streams, ...more]
  return web.portalPlugin({ ...common, ...own }, { routes })
}

/** What the nodes of a database have in common: a challenge of one is answered at another, and once. */
export function sharedOffers({
  hashingKey,
  nodes,
  spent,
}: Pick<Store, 'hashingKey' | 'nodes' | 'spent'>): SharedOffers | undefined {
  if (nodes === undefined) return undefined
  const once = onceAtAllNodes(spent)
  return {
    key: deriveKey(hashingKey, 'passkey offers'),
    use: (challenge, untilMs) => once(`passkey:${challenge}`, untilMs),
  }
}

/** True once for each name, at whichever node, until it ends. */
function onceAtAllNodes(spent: Store['spent']) {
  return async (name: string, untilMs: number): Promise<boolean> => {
    // No packet that could come again.
    const evidence = { requestAuthenticator: new Uint8Array(randomBytes(16)) }
    return (await spent.spend(name, evidence, untilMs)) === 'spent'
  }
}

/** How long a phone may be out of reach before it shows a notification; push services keep none longer. */
const lateReceiptMs = 3_600_000

/** What phones say of prompts that they were asked about. */
function receiptsOf(
  { clock, generation, opened }: PortalWiring,
  prompts: () => PagePrompts,
  onError: (error: unknown) => void,
): Receipts {
  const { authenticators, receipts } = opened.store
  return createReceipts({
    ...{ authenticators, receipts, clock, onError },
    areKept: () => generation().config.privacy.receipts === 'on',
    async wasAsked({ id, userKey }, promptId) {
      const prompt = await prompts().look(userKey)
      if (prompt?.id === promptId) return prompt.page.authenticators.includes(id)
      // A prompt that is over was asked all the same: a phone may show it late.
      const rung = await receipts.list(userKey, clock.nowMs() - lateReceiptMs)
      return rung.some((each) => each.promptId === promptId && each.phoneId === id)
    },
  })
}

/** Judges signatures of passkeys by the configuration in use. */
function judgeOf({ clock, generation, opened }: PortalWiring): () => PasskeyJudge | undefined {
  const { authenticators, personRecords: people } = opened.store
  return () => {
    const passkeys = generation().portal?.passkeys
    return passkeys && createPasskeyJudge({ passkeys, authenticators, people, clock })
  }
}

/** Setting up a way to sign in, with the configuration in use. */
function enrolmentRouteParts({ clock, opened, generation, pairings, self }: PortalWiring) {
  const { store } = opened
  const enrolment = createEnrolmentParts(
    generation,
    createWithLanguage(store.personRecords),
    pairings,
  )
  return {
    operations: self,
    checks: createFirstProofChecks({ store, clock, takeOvers: store.takeOvers }, enrolment),
    people: store.personRecords,
    findUser: enrolment.findUser,
    text: enrolment.text,
    canChangePassword(userKey: string) {
      const directory = generation().directories.get(directoryOfKey(userKey))
      return directory?.changePassword !== undefined
    },
  }
}

type OwnParts = Omit<PortalParts, 'clock' | 'cookies' | 'sessions' | 'steps'>

function portalParts(
  publicUrl: string,
  { opened, logger, storeFailed, generation, self }: PortalWiring,
): OwnParts {
  const { store } = opened
  return {
    publicUrl,
    enrolmentCodes: store.enrolmentCodes,
    people: store.personRecords,
    operations: self,
    look() {
      const { config } = generation()
      const { demo, web, language, insecureDemo } = config
      const phoneOf = insecureDemo ? demoPhoneOwner(demo?.enrolments) : undefined
      const methods = availableMethods(config)
      const { name, logo, colour } = web?.company ?? {}
      return {
        company: name ?? 'Holdfast',
        helpdesk: web?.helpdesk ?? '',
        language,
        isDemo: insecureDemo,
        ...(phoneOf === undefined ? {} : { demoPhone: phoneOf.user }),
        ...(methods.includes('sms') || methods.includes('call') ? { asksByPhone: true } : {}),
        ...ownDigitsOf(config),
        ...(logo === undefined ? {} : { logoFile: logo }),
        ...(colour === undefined ? {} : { colour }),
      }
    },
    async storeWorks() {
      // A failure may be over, and without anything to write only a commit can tell.
      return store.health().ok || (await store.probe()).ok
    },
    isStoreError: (error) => error instanceof StoreError,
    onError(error) {
      if (error instanceof StoreError) storeFailed(error)
      else logger.log({ event: 'internal-error', where: 'portal', ...explain(error) })
    },
  }
}

/** As people type them at the first gateway that takes digits of their own. */
function ownDigitsOf({ gateways, methods }: Config) {
  const [delimiter] = Object.values(gateways)
    .filter((gateway) => gateway.methods.includes('push') && takesOwnDigits(gateway))
    .flatMap(({ append }) => (append === false ? [] : [append.delimiter]))
  return delimiter === undefined ? {} : { ownDigits: { delimiter, count: methods.push.digits } }
}
