import * as z from 'zod'
import {
  count,
  duration,
  type FieldContext,
  oneOrMore,
  path,
  secret,
  section,
  text,
} from './fields.ts'
import { radiusDirectory } from './upstream.ts'

const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must be the name of an attribute')

const winbind = section({
  program: text()
    .startsWith('/', 'must be an absolute path')
    .default('/usr/bin/ntlm_auth')
    .describe('The ntlm_auth of Samba.'),
  helpers: count(1, 64).default(4).describe('How many of them run at a time.'),
  timeout: duration({ min: '100ms', max: '30s' })
    .prefault('5s')
    .describe('How long a check may wait for one of them, and then for its answer.'),
})

function ldapDirectory(context: FieldContext) {
  return section({
    type: z.literal('ldap').describe('Active Directory or another LDAP server.'),
    kind: z.enum(['ad', 'openldap']).default('ad').describe('What the servers are.'),
    servers: oneOrMore(
      z.url({ protocol: /^ldaps?$/, error: 'must be an address such as ldaps://dc1.example.com' }),
    ).describe('Servers in the order they are tried, such as ldaps://dc1.corp.example.com.'),
    ca_file: path(context)
      .optional()
      .describe(
        'PEM file with the authorities that sign the servers’ certificates. Default: those of the system.',
      ),
    start_tls: z.boolean().default(false).describe('Encrypt ldap:// connections with StartTLS.'),
    insecure_plaintext: z
      .boolean()
      .default(false)
      .describe('Allow ldap:// without StartTLS. Passwords cross the network unencrypted.'),
    bind_dn: text().describe('Account that searches: a DN, or user@domain with Active Directory.'),
    bind_password: secret(context).describe('Password of bind_dn.'),
    base_dn: text().describe('Where people are looked for.'),
    user_filter: text()
      .optional()
      .describe(
        'LDAP filter (RFC 4515) that a person must fit as well, such as (department=IT). Without the name: Holdfast looks for that by itself. See docs/how-to/active-directory.md.',
      ),
    machines: z
      .boolean()
      .default(false)
      .describe(
        'Whether computers of Active Directory may sign in too, for EAP: host/pc7.corp.example is PC7$. A user who may add computers to the domain then has one.',
      ),
    login_attributes: oneOrMore(attributeName)
      .optional()
      .describe(
        'Attributes that a typed name is compared with, first to last: the first in which an account has it decides. Default: userPrincipalName and sAMAccountName with ad, uid with openldap. Add mail only where no one else can write it. See docs/how-to/active-directory.md.',
      ),
    netbios_domain: text()
      .optional()
      .describe(
        'CORP in CORP\\alice. Default: the first label of base_dn’s domain, 15 characters at most.',
      ),
    upn_suffixes: z
      .array(text())
      .default([])
      .describe('Domains after @ that belong to this directory, besides that of base_dn.'),
    group_base_dn: text().optional().describe('Where groups are looked for. Default: base_dn.'),
    nested_groups: z
      .enum(['token-groups', 'matching-rule', 'recursion', 'none'])
      .optional()
      .describe(
        'How groups in groups are found. Default: token-groups with ad, recursion with openldap. token-groups is quick and knows security groups only; matching-rule (ad) also finds distribution groups.',
      ),
    phone_attributes: z
      .array(text())
      .default(['mobile', 'telephoneNumber'])
      .describe(
        'Attributes with phone numbers, best first. Empty: none are taken from the directory.',
      ),
    manager_attribute: attributeName
      .optional()
      .describe(
        'Attribute with the DN of a person’s manager, such as manager. The manager hears by mail when the helpdesk makes an enrolment code for the person. Default: managers are not told.',
      ),
    reply_attributes: z
      .array(attributeName)
      .default([])
      .describe(
        'Further attributes of people to read, for places such as {{msRADIUSFramedIPAddress}} in reply rules.',
      ),
    password_change: z
      .boolean()
      .default(true)
      .describe(
        'Let people whose password has expired set a new one while they sign in, behind their second factor. Active Directory only: over TLS, or by MS-CHAP with winbind.',
      ),
    connect_timeout: duration({ min: '100ms', max: '30s' })
      .prefault('3s')
      .describe('How long a connection may take before the next server is tried.'),
    bind_timeout: duration({ min: '100ms', max: '30s' })
      .prefault('5s')
      .describe('How long the check of a password may take.'),
    search_timeout: duration({ min: '100ms', max: '30s' })
      .prefault('5s')
      .describe('How long a search may take.'),
    search_connections: count(1, 64).default(8).describe('Connections for searches, each server.'),
    bind_connections: count(1, 256).default(16).describe('Connections for checking passwords.'),
    queue: count(1, 100_000)
      .default(500)
      .describe('Passwords that may wait for a connection; more are refused as busy.'),
    lockout_shield: z
      .union([
        z.enum(['auto', 'off']),
        section({
          threshold: count(1, 999).describe('Wrong passwords that lock an account in the domain.'),
          window: duration({ min: '1m', max: '1d' })
            .prefault('30m')
            .describe('How long after the last wrong one the domain starts counting again.'),
        }),
      ])
      .default('auto')
      .describe(
        'Whether Holdfast stops before the last wrong password that Active Directory would count. auto: as the domain’s policy says, if any; or the policy by hand. Nothing with openldap.',
      ),
    winbind: winbind
      .optional()
      .describe(
        'Check MS-CHAP at a domain controller, through winbind: this machine must be in the domain. See docs/how-to/join-the-domain.md.',
      ),
    cache: duration({ max: '60s' })
      .prefault('30s')
      .describe('How long DN and groups of a person are remembered; 0 is off. Never the password.'),
  })
}

function localUser(context: FieldContext) {
  return section({
    password: secret(context).optional().describe('Clear password. Only under insecure_demo.'),
    password_hash: text()
      .regex(/^scrypt\$/, 'must start with scrypt$ (holdfast user hash makes one)')
      .optional()
      .describe('scrypt hash of the password.'),
    sealed_password: text()
      .regex(/^sealed\$[A-Za-z0-9+/]+=*$/, 'must start with sealed$ (holdfast user seal makes one)')
      .optional()
      .describe(
        'The password, sealed with sealing_key for this person: for gateways that use CHAP, where a hash cannot be used. It also checks PAP and MS-CHAP.',
      ),
    sealed_nt_hash: text()
      .regex(
        /^sealed\$[A-Za-z0-9+/]+=*$/,
        'must start with sealed$ (holdfast user seal --nt-hash makes one)',
      )
      .optional()
      .describe(
        'The NT hash of the password, sealed with sealing_key for this person. It checks PAP and MS-CHAP; CHAP needs sealed_password.',
      ),
    display_name: text().optional().describe('Name shown to people. Default: the user name.'),
    groups: z.array(text()).default([]).describe('Groups, as rules of gateways name them.'),
    phones: z
      .array(text())
      .default([])
      .describe('Phone numbers that serve for texts and calls, best first.'),
    upn: z
      .string()
      .regex(/^[^\s@\\/:]{1,64}@[^\s@\\/:]{1,180}$/, 'must be a name such as alice@corp.example')
      .optional()
      .describe(
        'Another name to sign in with, such as alice@corp.example, which certificates for EAP-TLS have as UPN or mail address. No two people can have the same.',
      ),
    email: z
      .email()
      .optional()
      .describe(
        'Address for codes by mail. A certificate for EAP-TLS with this address is this person’s, unless another one has it as upn.',
      ),
    manager: text()
      .optional()
      .describe(
        'Name of another user here, who hears by mail when the helpdesk makes an enrolment code for this one.',
      ),
    language: text().optional().describe('Language tag such as nl.'),
    attributes: z
      .record(text().regex(/^[A-Za-z][A-Za-z0-9-]*$/), oneOrMore(text()))
      .default({})
      .describe(
        'Further values, by a name of your choice, for places such as {{role}} in reply rules.',
      ),
  })
}

/** The users of a local directory; also what a `users_file` holds. */
export function localUsers(context: FieldContext) {
  return z.record(
    text().regex(/^[^\s@\\/:]{1,64}$/, 'a user name has no spaces and none of @ \\ / :'),
    localUser(context),
  )
}

function localDirectory(context: FieldContext) {
  return section({
    type: z.literal('local').describe('People listed in this file or in one beside it.'),
    users: localUsers(context).default({}).describe('People by user name.'),
    users_file: path(context)
      .optional()
      .describe('Further people, in a YAML file that holds what users would hold.'),
  })
}

/** What checks passwords. */
export function directory(context: FieldContext) {
  return z.discriminatedUnion('type', [
    ldapDirectory(context),
    radiusDirectory(context),
    localDirectory(context),
  ])
}
