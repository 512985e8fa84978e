import { type CheckRow, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue, textValues } from '../entries/entry.ts'
import { equals, has } from '../entries/filters.ts'
import type { LdapSettings, ServerAddress } from '../options.ts'

type What = (part: string) => string

/** LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID (MS-ADTS 3.1.1.3.4.3): a read-only controller. */
const partialSecrets = '1.2.840.113556.1.4.1920'
/** objectClass of the settings of a read-only controller (MS-ADTS 6.1.1.2.2.1.2.1.3). */
const readOnlyService = 'ntdsdsaro'
/** Ports of the global catalogue (MS-ADTS 3.1.1.3.1.10). */
const catalogPorts: readonly number[] = [3268, 3269]
/** Of a trusted domain in trustAttributes (MS-ADTS 6.1.6.7.9): within the forest, and of another forest. */
const withinForest = 0x20
const forestTransitive = 0x08

/** What kind of controller this is, and which other domains there are: what it cannot tell. Active Directory only. */
export async function checkController(
  what: What,
  address: ServerAddress,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const isReadOnly = await readsOnly(connection)
  return [
    kindOf(what('controller'), isReadOnly),
    ...catalogRows(what('global catalogue'), address, settings),
    ...(await trustRows(what('other domains'), connection, settings)),
  ]
}

/** Windows says so by a capability; both Windows and Samba by the class of what stands for the controller. */
async function readsOnly(connection: LdapConnection): Promise<boolean> {
  const root = await readOne(connection, '', ['supportedCapabilities', 'dsServiceName'])
  if (root === undefined) return false
  if (textValues(root, 'supportedCapabilities').includes(partialSecrets)) return true
  const service = textValue(root, 'dsServiceName')
  const own =
    service === undefined ? undefined : await readOne(connection, service, ['objectClass'])
  return (
    own !== undefined &&
    textValues(own, 'objectClass').some((each) => each.toLowerCase() === readOnlyService)
  )
}

async function readOne(connection: LdapConnection, base: string, attributes: readonly string[]) {
  const query = { base, scope: 'base', filter: has('objectClass'), attributes, limit: 1 } as const
  return (await connection.search(query))[0]
}

function kindOf(what: string, isReadOnly: boolean): CheckRow {
  if (!isReadOnly) return passed(what, 'a writable one')
  const detail =
    'a read-only one (RODC): it changes no passwords, counts wrong ones for itself, and passes others on to a writable controller'
  return warned(what, detail, 'Put a writable controller before it in servers.')
}

function catalogRows(
  what: string,
  { port }: ServerAddress,
  { nestedGroups }: LdapSettings,
): readonly CheckRow[] {
  if (!catalogPorts.includes(port)) return []
  const detail = `port ${port} has the members of universal groups alone`
  return nestedGroups === 'token-groups'
    ? [passed(what, `${detail}; groups come from tokenGroups`)]
    : [
        warned(
          what,
          `${detail}, so rules with other groups of other domains do not hold`,
          'Set nested_groups: token-groups, or ask a controller of each domain at port 636.',
        ),
      ]
}

async function trustRows(
  what: string,
  connection: LdapConnection,
  { domainDn }: LdapSettings,
): Promise<readonly CheckRow[]> {
  const trusts = await connection.search({
    ...{ base: domainDn, scope: 'sub', filter: equals('objectClass', 'trustedDomain'), limit: 100 },
    attributes: ['trustPartner', 'trustAttributes'],
  })
  if (trusts.length === 0) return []
  const names = trusts.map((each) => {
    const kind = Number(textValue(each, 'trustAttributes') ?? 0)
    const where =
      (kind & withinForest) !== 0
        ? 'same forest'
        : (kind & forestTransitive) !== 0
          ? 'other forest'
          : 'trusted'
    return `${textValue(each, 'trustPartner') ?? each.dn} (${where})`
  })
  return [
    passed(what, `${names.join(', ')}: people there sign in through a directory of their own`),
  ]
}
