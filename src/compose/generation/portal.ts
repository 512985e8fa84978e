import { availableMethods, type Config, passkeyHost } from '../../config/index.ts'
import { createPasskeys, type Passkeys } from '../../methods/index.ts'
import {
  createAbandon,
  createPagePrompts,
  createRecheck,
  directoriesOf,
  type PagePrompts,
  type Recheck,
  type SignIn,
  type SignInParts,
} from '../../signin/index.ts'
import type { PortalSignIn } from '../../web/index.ts'

/** The portal as one configuration has it. */
export type GenerationPortal = PortalSignIn & {
  readonly recheck: Recheck
  /** Absent where browsers reach the portal by an address. */
  readonly passkeys?: Passkeys
  /** Prompts that are answered on its page. */
  readonly prompts: PagePrompts
}

/** Undefined where the configuration has no portal: nothing of the web is loaded then. */
export async function createPortal(
  config: Config,
  parts: SignInParts,
  signIn: SignIn,
): Promise<GenerationPortal | undefined> {
  const { web } = config
  if (web?.people === undefined) return undefined
  const { createPortalGateways } = await import('../../web/index.ts')
  const { name } = web.company
  const host = passkeyHost(web)
  const origin = web.people.publicUrl
  return {
    gateways: createPortalGateways({
      company: name ?? '',
      directories: portalDirectories(config),
      methods: availableMethods(config),
      trustsDirectoryPhones: config.enrolment.directoryPhones === 'written-by-administrators',
    }),
    signIn,
    abandon: createAbandon(parts),
    recheck: createRecheck(parts),
    prompts: createPagePrompts(parts),
    ...(host === undefined
      ? {}
      : { passkeys: createPasskeys({ host, origin, name: name ?? 'Holdfast' }) }),
    texts: parts.texts,
  }
}

/** Those in which gateways look people up, in the order of the file; all where no gateway says. */
function portalDirectories({ directories, gateways }: Config): readonly string[] {
  const used = new Set(
    Object.values(gateways).flatMap(({ firstFactor }) => directoriesOf(firstFactor)),
  )
  const names = Object.keys(directories)
  const asked = names.filter((name) => used.has(name))
  return asked.length === 0 ? names : asked
}
