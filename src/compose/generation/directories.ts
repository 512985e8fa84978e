import type { Config, LdapDirectoryConfig, LocalDirectoryConfig } from '../../config/index.ts'
import {
  createHashGate,
  createLocalDirectory,
  type LocalDirectoryParts,
  openLdapDirectory,
  type RenewedHashes,
  readPhones,
  type ShieldMemory,
} from '../../directory/index.ts'
import { readPem } from '../../files/index.ts'
import type { Logger } from '../../ops/index.ts'
import type { Dictionary } from '../../radius/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import { asksForGroups } from '../named-in-rules.ts'
import { passwordSealerOf } from '../sealed-passwords.ts'
import { createUpstream } from './upstream.ts'

/**
 * Directories of the configuration by name. LDAP is loaded only where one is configured.
 * `shieldMemory`: what an earlier configuration knew of wrong passwords. `renewed`: hashes in place of those
 * of the configuration.
 */
export async function createDirectories(
  config: Config,
  clock: Clock,
  logger: Pick<Logger, 'log'>,
  dictionary: () => Dictionary,
  shieldMemory?: ShieldMemory,
  renewed?: RenewedHashes,
): Promise<ReadonlyMap<string, Directory>> {
  const knowing = new Map<string, Directory>()
  const local = { clock, hashes: createHashGate({}, clock), ...(renewed && { renewed }) }
  for (const [name, directory] of Object.entries(config.directories)) {
    if (directory.type === 'local')
      knowing.set(name, await createLocal(name, directory, config, local))
    if (directory.type === 'ldap') {
      knowing.set(name, await createLdap(name, directory, config, { clock, logger, shieldMemory }))
    }
  }
  // Those that know no one themselves come second, and keep their place in the order of the file.
  return new Map(
    Object.entries(config.directories).flatMap(([name, directory]) => {
      const created =
        directory.type === 'radius'
          ? createUpstream(name, directory, knowing.get(directory.usersFrom ?? ''), {
              clock,
              logger,
              dictionary,
            })
          : knowing.get(name)
      return created === undefined ? [] : [[name, created] as const]
    }),
  )
}

async function createLocal(
  name: string,
  { users }: LocalDirectoryConfig,
  config: Config,
  parts: LocalDirectoryParts,
): Promise<Directory> {
  const sealer = config.sealingKey && passwordSealerOf(config.sealingKey)
  const people = await Promise.all(
    Object.entries(users).map(async ([userName, user]) => {
      const { numbers: phones, unusable } = await readPhones(
        user.phones,
        config.defaultRegion ?? '',
      )
      return [userName, { ...user, phones, unusablePhones: unusable }] as const
    }),
  )
  return createLocalDirectory(
    {
      name,
      users: people.map(([userName, { sealedPassword, sealedNtHash, ...user }]) => {
        const owner = { directory: name, user: userName }
        return {
          name: userName,
          ...user,
          sealed: [sealedPassword, sealedNtHash].filter((text) => text !== undefined),
          ...(sealedPassword !== undefined && sealer
            ? { unsealedPassword: sealer.open(owner, sealedPassword, 'password') }
            : {}),
          ...(sealedNtHash !== undefined && sealer
            ? { unsealedNtHash: sealer.open(owner, sealedNtHash, 'nt-hash') }
            : {}),
        }
      }),
      allowClear: config.insecureDemo,
    },
    parts,
  )
}

async function createLdap(
  name: string,
  directory: LdapDirectoryConfig,
  config: Config,
  {
    clock,
    logger,
    shieldMemory,
  }: {
    readonly clock: Clock
    readonly logger: Pick<Logger, 'log'>
    readonly shieldMemory: ShieldMemory | undefined
  },
): Promise<Directory> {
  const { connectTimeoutMs, bindTimeoutMs, searchTimeoutMs } = directory
  return openLdapDirectory(
    {
      name,
      kind: directory.kind,
      servers: directory.servers.map((url) => ({ url })),
      startTls: directory.startTls,
      insecurePlaintext: directory.insecurePlaintext,
      ca: directory.caFile === undefined ? undefined : readPem(directory.caFile),
      bindDn: directory.bindDn,
      bindPassword: directory.bindPassword,
      baseDn: directory.baseDn,
      userFilter: directory.userFilter,
      machines: directory.machines,
      loginAttributes: directory.loginAttributes,
      netbiosDomain: directory.netbiosDomain,
      upnSuffixes: directory.upnSuffixes,
      groupBaseDn: directory.groupBaseDn,
      nestedGroups: directory.nestedGroups,
      readGroups: asksForGroups(config, name),
      remembers: config.rules.some(
        ({ outcome }) => outcome.kind === 'second-factor' && outcome.remember !== undefined,
      ),
      phoneAttributes: directory.phoneAttributes,
      managerAttribute: directory.managerAttribute,
      trustsPhones: config.enrolment.directoryPhones === 'written-by-administrators',
      replyAttributes: directory.replyAttributes,
      passwordChange: directory.passwordChange,
      defaultRegion: config.defaultRegion ?? '',
      winbind: directory.winbind,
      cacheMs: directory.cacheMs,
      lockoutShield: directory.kind === 'ad' ? directory.lockoutShield : 'off',
      limits: {
        connectMs: connectTimeoutMs,
        bindMs: bindTimeoutMs,
        searchMs: searchTimeoutMs,
        searchConnections: directory.searchConnections,
        bindConnections: directory.bindConnections,
        queue: directory.queue,
      },
    },
    {
      clock,
      shieldMemory,
      log: ({ kind, url, detail, downMs }) =>
        logger.log(
          kind === 'directory-server-down'
            ? { event: 'directory-down', directory: name, detail: `${url}: ${detail}` }
            : {
                event: 'directory-up',
                directory: name,
                server: url,
                ...(downMs === undefined ? {} : { downMs }),
              },
        ),
    },
  )
}
