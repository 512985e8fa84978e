import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authenticator, methods, type NewAuthenticator } from '../../../src/accounts/index.ts'
import { sharedOffers } from '../../../src/compose/service/portal.ts'
import {
  createCodeChecker,
  createPasskeyJudge,
  createPasskeys,
} from '../../../src/methods/index.ts'
import {
  createAdminOperations,
  createPersonLookup,
  createSelfOperations,
  type SelfOperations,
} from '../../../src/operations/index.ts'
import {
  createAbandon,
  createContinuationSealer,
  createKeptSecrets,
  createKeyedHash,
  createMemoryRegistry,
  createPagePrompts,
  createRecheck,
  createSignIn,
  type PolicyRule,
  type SignInParts,
} from '../../../src/signin/index.ts'
import { createKeyring, openStore, type Store, StoreError } from '../../../src/store/index.ts'
import type { Clock } from '../../../src/support/index.ts'
import {
  approveRoutes,
  type ChangeProof,
  type Changes,
  createCookies,
  createHttpServer,
  createPasskeyOffers,
  createPortalGateways,
  createSessionCheck,
  createSessions,
  createSteps,
  type HttpServer,
  type PortalParts,
  portalPlugin,
  type StartEnrolment,
  signInRoutes,
} from '../../../src/web/index.ts'
import type { ChangeRequest } from '../../../src/web/people/contract.ts'
import type { PortalRoutes } from '../../../src/web/people/parts.ts'
import {
  createWorld,
  type Enrolment,
  hashKey as testHashKey,
  type World,
} from '../../signin/harness.ts'

export const publicUrl = 'https://mfa.example.com'
/** Whose passkeys the devices of tests have: see `createSoftwarePasskey`. */
export const host = 'mfa.example.com'
export const passkeys = createPasskeys({ host, name: 'Example', origin: publicUrl })
export const gateways = createPortalGateways({
  company: '',
  directories: ['local'],
  methods,
  trustsDirectoryPhones: true,
})

export type Answer = {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** Names of cookies that were set or, with an empty value, cleared. */
  readonly cookies: Readonly<Record<string, string>>
  readonly setCookie: readonly string[]
}

/** What was carried out. */
export type Carried = { readonly change: ChangeRequest; readonly proof: ChangeProof }

/** A browser: keeps its cookies and speaks as pages of the portal do. */
export type Browser = ReturnType<PortalLab['browser']>
export type PortalLab = Awaited<ReturnType<typeof createPortalLab>>

export type LabOptions = {
  readonly rules?: readonly PolicyRule[]
  readonly parts?: Partial<SignInParts>
  readonly startEnrolment?: StartEnrolment
  readonly changes?: Changes
  readonly operations?: SelfOperations
  /** For nodes beside each other: their people, phone and clock. */
  readonly world?: World
  /** Default: a file. */
  readonly openStore?: (clock: Clock) => Promise<Store>
  /** What sets up ways to sign in, made again at each start. */
  readonly enrolment?: (given: EnrolmentGiven) => EnrolmentOfLab
}

export type EnrolmentGiven = {
  readonly store: Store
  readonly signIn: SignInParts
  readonly common: Pick<PortalParts, 'clock' | 'cookies' | 'sessions' | 'steps'>
}
export type EnrolmentOfLab = {
  readonly startEnrolment: StartEnrolment
  readonly changes: Changes
  readonly routes: PortalRoutes
}

/**
 * The portal's plugin on a loopback port, over a store in a file and the sign-in of the harness, whose people, phone
 * and clock a test moves. `restart` ends all of it but the file.
 */
export async function createPortalLab(options: LabOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-portal-'))
  const pages = join(folder, 'pages')
  mkdirSync(pages)
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Portal</title>')
  const parts: Partial<SignInParts> = { rules: options.rules ?? [], ...options.parts }
  const world = options.world ?? createWorld({ parts })
  const { clock, wheel } = world
  const carried: Carried[] = []
  const errors: unknown[] = []
  const told: string[] = []
  const failing = { steps: false, sessions: false }
  let store: Store
  let server: HttpServer
  let port: number
  let current: SignInParts

  const carry = async (change: ChangeRequest, _person: unknown, proof: ChangeProof) => {
    carried.push({ change, proof })
    return { kind: 'changed' } as const
  }
  const changes: Changes = { rename: carry, remove: carry, password: carry, ...options.changes }

  async function start(): Promise<void> {
    const storeClock = { ...clock, after: realAfter }
    store = await (options.openStore?.(storeClock) ??
      openStore({
        file: join(folder, 'holdfast.db'),
        keyring: createKeyring({ current: Buffer.alloc(32, 1) }),
        node: 'lab',
        clock: storeClock,
      }))
    const registry = createMemoryRegistry(clock)
    const continuationSealer = createContinuationSealer()
    current = {
      ...world.parts,
      ...{ registry, continuationSealer, passwordHasher: createKeyedHash() },
      ...{ authenticators: store.authenticators, accounts: store.accounts },
      codes: createCodeChecker({
        ...{ window: 1, lookAhead: 10, store: store.authenticators, hashKey: testHashKey },
      }),
      ...{ limits: store.limits, prompts: store.prompts, spent: store.spent },
      ...{ remembered: store.remembered, audit: store.audit },
      ...parts,
    }
    const portal = () => ({
      gateways,
      signIn: createSignIn(current),
      abandon: createAbandon(current),
      recheck: createRecheck(current),
      texts: current.texts,
    })
    const failed = () => Promise.reject(new StoreError('store-failed', 'the test lets it fail'))
    const webSteps: Store['webSteps'] = {
      ...store.webSteps,
      put: (step) => (failing.steps ? failed() : store.webSteps.put(step)),
      take: (...args) => (failing.steps ? failed() : store.webSteps.take(...args)),
    }
    const webSessions: Store['webSessions'] = {
      ...store.webSessions,
      add: (session) => (failing.sessions ? failed() : store.webSessions.add(session)),
      async use(...args) {
        if (failing.sessions) return failed()
        const session = await store.webSessions.use(...args)
        // A real clock goes on while a disk is asked.
        clock.advance(3)
        return session
      },
    }
    const operations = createAdminOperations({
      ...{ clock, store, issuer: 'Example', scratchFolder: folder },
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
    })
    const { authenticators, personRecords: people } = store
    const judge = createPasskeyJudge({ passkeys, authenticators, people, clock })
    const cookies = createCookies(publicUrl, 'people')
    const steps = createSteps(webSteps, cookies, clock)
    const sessions = createSessions({
      ...{ clock, store: webSessions, authenticators: store.authenticators },
      recheck: createSessionCheck(clock, portal),
    })
    const common = { clock, cookies, sessions, steps }
    const portalParts: PortalParts = {
      ...common,
      publicUrl,
      enrolmentCodes: store.enrolmentCodes,
      people: store.personRecords,
      operations: options.operations ?? createSelfOperations(() => operations),
      look: () => ({ company: 'Example', helpdesk: '4400', language: 'en', isDemo: false }),
      storeWorks: async () => true,
      isStoreError: (error) => error instanceof StoreError,
      onError: (error) => errors.push(error),
    }
    const enrolment = options.enrolment?.({ store, signIn: current, common })
    const signIn = signInRoutes({
      ...common,
      current: portal,
      authenticators: store.authenticators,
      passkeys: () => judge,
      sharedWaits: store.nodes && { clock, waits: store.webWaits },
      offers: createPasskeyOffers(clock, store.takeOvers, sharedOffers(store)),
      keptSecrets: createKeptSecrets(current),
      notices: { tell: ({ name }, { kind }, by) => told.push(`${name} ${kind} ${by}`) },
      changes: { ...changes, ...enrolment?.changes },
      ...(enrolment && { startEnrolment: enrolment.startEnrolment }),
      ...(options.startEnrolment && { startEnrolment: options.startEnrolment }),
    })
    const approve = approveRoutes({
      clock,
      prompts: () => createPagePrompts(current),
      passkeys: () => judge,
      authenticators: store.authenticators,
      placeOf: (address) => (address === '' ? undefined : address),
    })
    server = await createHttpServer({
      listen: { host: '127.0.0.1', port: 0 },
      publicUrl,
      plugins: [
        portalPlugin(portalParts, {
          ...{
            pages,
            routes: [signIn, approve, ...(enrolment === undefined ? [] : [enrolment.routes])],
          },
        }),
      ],
    })
    port = (await server.start()).port
  }

  await start()

  /** Lets what is under way go on; where it waits for time, time passes. */
  async function settle<Result>(work: Promise<Result>, during?: () => void): Promise<Result> {
    let isSettled = false
    const done = work.finally(() => {
      isSettled = true
    })
    done.catch(() => undefined)
    for (let round = 0; !isSettled; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 4))
      if (isSettled) break
      // Only what really waits for the clock gets time: the rest is under way on a thread of its own.
      if (round % 5 === 4) clock.advance(250)
      if (round === 9) during?.()
    }
    return done
  }

  return {
    world,
    carried,
    errors,
    /** Notices, as `name kind by`. */
    told,
    failing,
    store: () => store,
    registry: () => current.registry,
    /** What a sign-in at a gateway works with, over the same store and registry. */
    signIn: () => createSignIn(current),
    settle,

    async restart(): Promise<void> {
      await server.stop()
      await store.close()
      await start()
    },

    async stop(): Promise<void> {
      await server.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },

    enrol: (user: string, authenticator: Enrolment): Promise<Authenticator> =>
      store.authenticators.add({
        userKey: `local:${user}`,
        label: '',
        ...authenticator,
      } as NewAuthenticator),

    /** Time that passes while nothing is under way. */
    advance(ms: number): void {
      clock.advance(ms)
      void wheel
    },

    /** What another node takes the place of, for a browser. */
    port: () => port,

    /** `language`: of its pages. `portNow`: of the node that the next request comes to. */
    browser(
      userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
      language?: string,
      portNow = () => port,
    ) {
      const jar = new Map<string, string>()
      const send = (method: string, path: string, body?: object): Promise<Answer> =>
        ask(portNow(), method, path, { jar, userAgent, language }, body)
      return {
        jar,
        send,
        get: (path: string) => settle(send('GET', path)),
        post: (path: string, body: object = {}, during?: () => void) =>
          settle(send('POST', path, body), during),
      }
    },
  }
}

function realAfter(ms: number, run: () => void) {
  const timer = setTimeout(run, ms)
  timer.unref()
  return { cancel: () => clearTimeout(timer) }
}

function ask(
  port: number,
  method: string,
  path: string,
  {
    jar,
    userAgent,
    language,
  }: {
    readonly jar: Map<string, string>
    readonly userAgent: string
    readonly language: string | undefined
  },
  body?: object,
): Promise<Answer> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = {
    host: 'mfa.example.com',
    origin: publicUrl,
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...(cookie === '' ? {} : { cookie }),
    ...(language === undefined ? {} : { 'accept-language': language }),
  }
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => {
        const setCookie = response.headers['set-cookie'] ?? []
        const pairs = setCookie.map((line) => {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
          return [name, value] as const
        })
        for (const [name, value] of pairs) {
          if (value === '') jar.delete(name)
          else jar.set(name, value)
        }
        resolve({
          status: response.statusCode ?? 0,
          body: text === '' ? {} : JSON.parse(text),
          cookies: Object.fromEntries(pairs),
          setCookie,
        })
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? '' : JSON.stringify(body))
  })
}
