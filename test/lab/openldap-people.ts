export const openLdapBase = 'dc=corp,dc=example'

export const openLdapAdmin = `cn=admin,${openLdapBase}`

/** Everyone's password. */
export const openLdapPassword = 'Lab-Passw0rd'

type Record = readonly (readonly [attribute: string, value: string])[]

function person(dn: string, uid: string, more: Record = []): Record {
  return [
    ['dn', `${dn},${openLdapBase}`],
    ['objectClass', 'inetOrgPerson'],
    ['uid', uid],
    ['cn', uid],
    ['sn', uid],
    ['userPassword', openLdapPassword],
    ...more,
  ]
}

function group(cn: string, members: readonly string[]): Record {
  return [
    ['dn', `cn=${cn},${openLdapBase}`],
    ['objectClass', 'groupOfNames'],
    ...members.map((dn) => ['member', `${dn},${openLdapBase}`] as const),
  ]
}

const records: readonly Record[] = [
  [
    ['dn', openLdapBase],
    ['objectClass', 'dcObject'],
    ['objectClass', 'organization'],
    ['o', 'Corp'],
  ],
  ...['here', 'there'].map(
    (ou): Record => [
      ['dn', `ou=${ou},${openLdapBase}`],
      ['objectClass', 'organizationalUnit'],
    ],
  ),
  [
    ['dn', `cn=policy,${openLdapBase}`],
    ['objectClass', 'organizationalRole'],
    ['objectClass', 'pwdPolicy'],
    ['pwdAttribute', 'userPassword'],
    ['pwdLockout', 'TRUE'],
    ['pwdMaxFailure', '3'],
    ['pwdLockoutDuration', '60'],
    ['pwdMustChange', 'TRUE'],
  ],
  person('uid=holdfast', 'holdfast'),
  person('cn=Alice Jansen', 'alice', [
    ['cn', 'Alice Jansen'],
    ['displayName', 'Alice Jansen'],
    ['mail', 'alice@corp.example'],
    ['mobile', '06 1234 5678'],
    ['telephoneNumber', '+31 20 123 4567'],
    ['preferredLanguage', 'nl, en-gb;q=0.8'],
  ]),
  person('cn=Größe\\, \\"Ann\\" (x)\\+y\\\\z \\#1\\;\\<a\\>\\=b', 'odd'),
  // The login name of cooper.
  person('uid=müller', 'müller', [['mail', 'alice.cooper@example.com']]),
  person('cn=cooper', 'alice.cooper@example.com'),
  person('uid=par(en)', 'par(en)'),
  person('uid=twin,ou=here', 'twin', [['mail', 'twin@corp.example']]),
  person('uid=twin,ou=there', 'twin', [['mail', 'twin@corp.example']]),
  person('uid=locked', 'locked'),
  person('uid=mustchange', 'mustchange', [['pwdReset', 'TRUE']]),
  group('VPN-Inner', ['cn=Alice Jansen', 'cn=Größe\\, \\"Ann\\" (x)\\+y\\\\z \\#1\\;\\<a\\>\\=b']),
  group('VPN-Middle', ['cn=VPN-Inner']),
  group('VPN-Users', ['cn=VPN-Middle']),
  group('Circle (a)', ['cn=Circle (b)']),
  group('Circle (b)', ['cn=Circle (a)', 'uid=müller']),
  [
    ['dn', `cn=unix,${openLdapBase}`],
    ['objectClass', 'posixGroup'],
    ['gidNumber', '5000'],
    ['memberUid', 'alice'],
  ],
]

/** Everything as LDIF (RFC 2849), values in base64. slapd gives each an entryUUID. */
export function openLdapLdif(): string {
  return records
    .map((record) =>
      record
        .map(([name, value]) => `${name}:: ${Buffer.from(value).toString('base64')}\n`)
        .join(''),
    )
    .join('\n')
}
