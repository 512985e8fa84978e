import type { User } from '../../accounts/index.ts'
import type { Config } from '../../config/index.ts'
import { identifyConfig, passkeyHost } from '../../config/index.ts'
import type { PushDelivery, WebhookHandler } from '../../delivery/index.ts'
import { createPinStore, loadRenewedHashes, watchGroups } from '../../directory/index.ts'
import type { EapGateway } from '../../eap/index.ts'
import { type Bell, createCodeChecker } from '../../methods/index.ts'
import type { DryRunQuery, DryRunReport, Person } from '../../operations/index.ts'
import { checkPasskeyHost, loadLearnt } from '../../operations/index.ts'
import type { Logger } from '../../ops/index.ts'
import { type NamedText, nameAttributes } from '../../radius/index.ts'
import {
  type Adopt,
  type Campaign,
  campaignAtPortal,
  createAdopt,
  createKeyedHash,
  createOpenCount,
  createReach,
  createRefuse,
  createSignIn,
  createStateSealer,
  type Directory,
  type Reach,
  type Refuse,
  type ReplyAttribute,
  type SignIn,
  type SignInParts,
} from '../../signin/index.ts'
import { deriveKey } from '../../store/index.ts'
import { createTexts, type SpokenTexts } from '../../texts/index.ts'
import { createGatewayTable, type GatewayTable } from '../../transport/index.ts'
import { makeDemoCertificate } from '../demo.ts'
import { dictionaryOf } from '../dictionary.ts'
import { createGatewayEntries } from '../gateways.ts'
import type { Lasting } from '../lasting.ts'
import { asksForGroups, namedGroups } from '../named-in-rules.ts'
import { observeSignIns } from '../observe.ts'
import { createIsProtected } from '../protected-people.ts'
import {
  createCampaigns,
  createMacRules,
  createOutageRules,
  createPolicyRules,
  createReplyRules,
} from '../sign-in-rules.ts'
import { createBellOfDemo, createPhoneBell } from './bell.ts'
import { createDirectories } from './directories.ts'
import { createDryRuns } from './dry-runs.ts'
import { createEapGateways } from './eap.ts'
import { createSecondFactors, type SecondFactors, sentCodeSettings } from './methods.ts'
import { createPortal, type GenerationPortal } from './portal.ts'
import { createProviders } from './providers.ts'

/** What every generation uses. */
export type GenerationParts = Omit<
  Lasting,
  'counters' | 'notifier' | 'pairings' | 'storeFailed' | 'logger' | 'joinOthers'
> & {
  readonly logger: Pick<Logger, 'log'>
  readonly onReport: SignInParts['onReport']
  readonly onSilentPhone: SignInParts['onSilentPhone']
  readonly onPause: SignInParts['onPause']
}

/** Everything that follows from one reading of the configuration. A reload makes the next one; open sign-ins finish with theirs. */
export type Generation = {
  readonly config: Config
  /** See identifyConfig. */
  readonly identity: Uint8Array
  readonly readAtMs: number
  readonly directories: ReadonlyMap<string, Directory>
  readonly secondFactors: SecondFactors
  /** For everything that people read outside of a sign-in. */
  readonly texts: SpokenTexts
  readonly gateways: GatewayTable
  /** Answer webhooks of the providers. */
  readonly webhooks: readonly WebhookHandler[]
  readonly signIn: SignIn
  /** Goes on with prompts of other processes. */
  readonly adopt: Adopt
  /** Undefined where the configuration has no portal. */
  readonly portal: GenerationPortal | undefined
  /** Sends notifications to phones; undefined where they get none. */
  readonly push: PushDelivery | undefined
  /** Rings phones, or shows on the demo phone that it would. */
  readonly bell: Bell | undefined
  /** Reaches people outside of a sign-in, to prove a number or an address. */
  readonly reach: Reach
  /** The campaign that lets this person set something up at the portal, who has nothing set up. */
  campaignFor(user: User): Promise<Campaign | undefined>
  /** Whether the helpdesk keeps out of the account of this person. */
  readonly isProtected: (person: Pick<Person, 'directory' | 'groups'>) => boolean
  /** Ends what never comes to a sign-in. */
  readonly refuse: Refuse
  /** EAP at the gateways that have it. */
  readonly eap: ReadonlyMap<string, EapGateway>
  /** What a sign-in would come to. */
  readonly dryRun: (request: DryRunQuery) => Promise<DryRunReport>
  readonly nameAttributes: (attributes: readonly ReplyAttribute[]) => readonly NamedText[]
  /** Whether sign-ins or calls of it are still open; calls may outlive their sign-in. */
  isBusy(): boolean
  /** Lets open sign-ins end, then closes what they used. */
  retire(): Promise<void>
  /** Closes now: whatever is still open is abandoned. Safe to call twice. */
  close(): Promise<void>
}

/** Builds all parts of one configuration. Throws before anything has changed where they do not fit. */
export async function createGeneration(
  config: Config,
  lasting: GenerationParts,
): Promise<Generation> {
  const { clock, wheel, logger, opened } = lasting
  await makeDemoCertificate(config, clock)
  const { store, master } = opened
  await checkPasskeyHost(store, passkeyHost(config.web))
  const texts = createTexts({ defaultLanguage: config.language, overrides: config.texts })
  const providers = await createProviders(config, {
    ...lasting,
    texts,
    callTurns: store.callTurns,
    prompts: store.prompts,
  })
  const phoneBell = createPhoneBell(config, lasting, texts)
  const bell = phoneBell?.bell ?? createBellOfDemo(config, lasting, texts)
  const secondFactors = createSecondFactors(config, providers, texts, clock, bell)
  const dictionary = dictionaryOf(config.dictionaries)
  const entries = createGatewayEntries(config, dictionary, await loadLearnt(store.settings))
  const gateways = createGatewayTable(entries)
  const directories = await createDirectories(
    config,
    clock,
    logger,
    dictionary,
    lasting.shieldMemory,
    await loadRenewedHashes(store.renewedHashes),
  )
  const pins = createPinStore(store.settings)
  const groups = await watchGroups(namedGroups(config), directories, {
    ...{ clock, wheel, pins, log: logger.log },
  }).catch(async (error: unknown) => {
    await closeAll(directories)
    throw error
  })
  const { totp, hotp } = config.methods
  const open = createOpenCount()
  const parts: SignInParts = {
    directories,
    authenticators: store.authenticators,
    accounts: store.accounts,
    personRecords: store.personRecords,
    campaigns: createCampaigns(config),
    history: store.history,
    limits: store.limits,
    pauses: store.pauses,
    prompts: store.prompts,
    spent: store.spent,
    takeOvers: store.takeOvers,
    store: store.reach,
    remembered: store.remembered,
    audit: store.audit,
    codes: createCodeChecker({
      store: store.authenticators,
      window: totp.window,
      lookAhead: hotp.lookAhead,
      hashKey: store.hashingKey,
    }),
    ...secondFactors,
    rules: createPolicyRules(config, dictionary),
    missingGroups: groups.missing,
    replyRules: createReplyRules(config, dictionary),
    outageRules: createOutageRules(config),
    macRules: createMacRules(config, dictionary),
    texts,
    registry: lasting.registry,
    states: createStateSealer(deriveKey(master, 'state')),
    passwordHasher: lasting.passwordHasher,
    continuationSealer: lasting.continuationSealer,
    codeHasher: createKeyedHash(deriveKey(master, 'sent codes')),
    clock,
    wheel,
    open,
    settings: {
      lockout: config.lockout,
      promptLimits: {
        perUserHour: config.limits.promptsPerUserHour,
        perNumberHour: config.limits.promptsPerNumberHour,
        perPrefixHour: config.limits.promptsPerPrefixHour,
        perDay: config.limits.promptsPerDay,
      },
      codeTries: 3,
      sentCode: sentCodeSettings(config),
      promptMs: 60_000,
      numberDigits: config.methods.push.digits,
      tellsEarlier: config.privacy.places === 'on',
      silentStop: config.onStop === 'silent',
      references: config.references,
      ...(config.onFraud.stop === undefined ? {} : { onFraud: config.onFraud.stop }),
      ...(config.web?.people === undefined
        ? {}
        : {
            portal: config.web.people.publicUrl,
            promptPage: promptPageOf(config.web.people.publicUrl),
          }),
    },
    log: observeSignIns(logger),
    onReport: lasting.onReport,
    onSilentPhone: lasting.onSilentPhone,
    onPause: lasting.onPause,
  }
  const signIn = createSignIn(parts)
  const portal = await createPortal(config, parts, signIn)
  return {
    config,
    identity: identifyConfig(config),
    readAtMs: clock.nowMs(),
    directories,
    secondFactors,
    texts,
    gateways,
    webhooks: [...providers.values()].flatMap(({ webhooks }) => webhooks ?? []),
    signIn,
    adopt: createAdopt(parts),
    portal,
    push: phoneBell?.push,
    bell,
    reach: createReach(parts, config.web?.company.name ?? 'Holdfast'),
    campaignFor: (user) => campaignAtPortal(parts, user, clock.nowMs()),
    isProtected: createIsProtected(config, groups.missing),
    refuse: createRefuse(parts),
    eap: createEapGateways(config, clock),
    dryRun: createDryRuns(
      [...entries.map(({ rules }) => rules), ...(portal ? [portal.gateways.signIn] : [])],
      parts,
      dictionary,
      (name) => config.directories[name]?.type === 'local' || asksForGroups(config, name),
    ),
    nameAttributes: (attributes) => nameAttributes(dictionary, attributes),
    isBusy: () => open.any() || [...providers.values()].some((provider) => provider.isBusy?.()),
    async retire() {
      await open.whenNone()
      await close()
    },
    close,
  }

  async function close(): Promise<void> {
    groups.stop()
    await closeAll(directories)
  }
}

/** As people type it. */
function promptPageOf(publicUrl: string): string {
  return `${publicUrl.replace(/^https?:\/\//, '')}/approve`
}

async function closeAll(directories: ReadonlyMap<string, Directory>): Promise<void> {
  for (const directory of directories.values()) await directory.close()
}
