import { directoryOfKey, type Notices } from '../../accounts/index.ts'
import { availableMethods, type Config } from '../../config/index.ts'
import { readPem } from '../../files/index.ts'
import {
  createPasskeyJudge,
  createPhoneJudge,
  type PasskeyJudge,
  readPhoneKey,
} from '../../methods/index.ts'
import { createFirstProofChecks, type SelfOperations } from '../../operations/index.ts'
import { explain, type Logger } from '../../ops/index.ts'
import { createKeptSecrets } from '../../signin/index.ts'
import { StoreError } from '../../store/index.ts'
import type {
  CertificatePair,
  HttpPlugin,
  HttpServer,
  HttpServerOptions,
  PortalParts,
} from '../../web/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { Lasting } from '../lasting.ts'
import { createEnrolmentParts } from './enrolment.ts'
import { placeIn } from './own.ts'
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

export type WebSettings = NonNullable<Config['web']>
export type PeopleSettings = NonNullable<WebSettings['people']>

/** The portal, from the parts of the service. */
export async function createPortalPlugin(
  { publicUrl }: PeopleSettings,
  wiring: PortalWiring,
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
  const cookies = web.createCookies(publicUrl)
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
      keptSecrets: createKeptSecrets(wiring),
      changes: { ...web.ownChanges(wiring.self), ...web.enrolmentChanges(wiring.self) },
      startEnrolment: web.createStartEnrolment(enrolling),
    },
  })
  const own = portalParts(publicUrl, wiring)
  const enrolment = web.enrolmentRoutes({ ...common, ...enrolling, look: own.look })
  const approve = web.approveRoutes({
    ...{ prompts: () => current().prompts, passkeys: judgeOf(wiring), authenticators },
    placeOf: (address) => placeIn(generation().config, address),
  })
  const ofPasskeys = web.passkeyRoutes({
    ...{ authenticators, people: opened.store.personRecords },
    host: () => generation().portal?.passkeys?.host,
  })
  const ofPhones = web.phoneRoutes({
    ...{ clock, pairings: wiring.pairings, prompts: () => current().prompts },
    phones: createPhoneJudge({ authenticators, clock }),
    bells() {
      const { push } = generation()
      return push && { key: push.publicKey, mayReach: push.mayReach }
    },
    subscribe: (phone, subscription) => authenticators.subscribePhone(phone, subscription),
    isPhoneKey: (spki) => readPhoneKey(spki) !== undefined,
    placeOf: (address) => placeIn(generation().config, address),
  })
  const routes = [signIn, enrolment, approve, ofPasskeys, ofPhones]
  return web.portalPlugin({ ...common, ...own }, { routes })
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
    checks: createFirstProofChecks({ store, clock }, enrolment),
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
      const { web, language, insecureDemo } = config
      const methods = availableMethods(config)
      const { name, logo, colour } = web?.company ?? {}
      return {
        company: name ?? 'Holdfast',
        helpdesk: web?.helpdesk ?? '',
        language,
        isDemo: insecureDemo,
        ...(methods.includes('sms') || methods.includes('call') ? { asksByPhone: true } : {}),
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

/** Bounds of the portal's listener: a person waits for a call, and a page has many connections. */
export const portalBounds: NonNullable<HttpServerOptions['bounds']> = {
  total: 1024,
  answerMs: 40_000,
}

/** What the listener shows itself with; undefined behind a proxy. Read anew each time. */
export function certificateReader({
  certificate,
}: WebSettings): (() => CertificatePair) | undefined {
  if (certificate === undefined) return undefined
  const { certFile, keyFile } = certificate
  return () => ({ cert: readPem(certFile), key: readPem(keyFile) })
}

/** Goes on with a renewed certificate; gives what ends that. */
export async function followCertificate(
  server: HttpServer,
  first: CertificatePair,
  read: () => CertificatePair,
  { clock, logger }: PortalWiring,
): Promise<{ stop(): void }> {
  const { watchCertificate } = await import('../../web/index.ts')
  return watchCertificate({
    ...{ clock, first, read },
    use: (pair) => server.renew(pair),
    onRenewed: ({ validTo }) =>
      logger.log({ event: 'certificate-renewed', until: new Date(validTo).toISOString() }),
    onUnusable: (detail) => logger.log({ event: 'certificate-unusable', detail }),
  })
}
