/** Everyone's password in the lab. */
export const labPassword = 'Lab-Passw0rd'

export const sambaBase = 'DC=corp,DC=example'

type Attributes = Readonly<Record<string, string | readonly string[]>>

type Person = { readonly cn: string; readonly attributes: Attributes }
type Group = {
  readonly name: string
  readonly members: readonly string[]
  /** Where it differs from the name. */
  readonly cn?: string
  readonly groupType?: string
}

/** 100 ns since 1601, as AD counts: 2020-01-01. */
const longAgo = '132223104000000000'

function person(sam: string, attributes: Attributes = {}, cn = sam): Person {
  return { cn, attributes: { sAMAccountName: sam, userAccountControl: '512', ...attributes } }
}

/** One person for every state of an account, and for every way to write a name. */
export const people: readonly Person[] = [
  person('holdfast'),
  person(
    'alice',
    {
      userPrincipalName: 'alice@corp.example',
      displayName: 'Alice Jansen',
      mail: 'alice@corp.example',
      mobile: '06 1234 5678',
      telephoneNumber: '+31 20 123 4567',
      otherMobile: ['+49 151 23456789', 'no number'],
      preferredLanguage: 'nl, en-gb;q=0.8',
      msRADIUSFramedIPAddress: '-1062731775',
    },
    'Alice Jansen',
  ),
  person('bob', { userPrincipalName: 'robert.smith@alt.example' }),
  /** dave@alt.example is Carol, though Dave is called dave. */
  person('carol', { userPrincipalName: 'dave@alt.example' }),
  person('dave'),
  /** Others can write mail: this one is someone else's name. */
  person('erin', { mail: 'dave@corp.example' }),
  person('disabled', { userAccountControl: '514' }),
  person('expired', { accountExpires: longAgo }),
  person('mustchange', { pwdLastSet: '0' }),
  /** The same, for a person who really changes it. */
  person('changesit', { pwdLastSet: '0' }),
  person('locked'),
  /** Their passwords get changed. */
  person('renate', { pwdLastSet: '0', displayName: 'Renate Neumann' }),
  person('recent'),
  person('nomad'),
  /** Changes a password at the portal. */
  person('portia', { mail: 'portia@corp.example' }),
  /** Accounts that no one has used, for as long as a test says. */
  person('dormant'),
  person('unused'),
  person('newcomer'),
  /** Strangers try passwords of these. */
  person('sprayed'),
  person('badge'),
  person('strict'),
  person('night', { logonHours: '\0'.repeat(21) }),
  person('kiosk', { userWorkstations: 'KIOSK1' }),
  person('odd', {}, 'Größe, "Ann" (x)+y\\z #1;<a>=b'),
  person('müller', { userPrincipalName: 'Jörg.Müller@corp.example' }, 'Jörg Müller'),
  person('par(en)', {}, ' *) leading (*'),
]

/** Three deep, with one that is in a circle. */
export const groups: readonly Group[] = [
  { name: 'VPN-Inner', members: ['Alice Jansen', 'Größe, "Ann" (x)+y\\z #1;<a>=b'] },
  { name: 'VPN-Middle', members: ['VPN-Inner'] },
  { name: 'VPN-Users', members: ['VPN-Middle'] },
  { name: 'Circle (a)', members: ['Circle (b)'] },
  { name: 'Circle (b)', members: ['Circle (a)', 'Jörg Müller'] },
  { name: 'Primary-Only', members: ['erin'] },
  { name: 'Above-Primary', members: ['Primary-Only'] },
  /** Whose cn is not the sAMAccountName, and is that of another group. */
  { name: 'gg-vpn', cn: 'VPN Gateway Users', members: [] },
  { name: 'Twin-Name', cn: 'Twin Plain', members: [] },
  { name: 'twin-other', cn: 'Twin-Name', members: [] },
  /** A distribution group. */
  { name: 'Bulletin', members: [], groupType: '2' },
]

/** LDIF (RFC 2849) that makes the people and groups above, every value in base64. */
export function labLdif(): string {
  const quotedPassword = Buffer.from(`"${labPassword}"`, 'utf16le')
  const records = [
    ...people.map(({ cn, attributes }) =>
      record(dnOf(cn), { objectClass: 'user', ...attributes }, { unicodePwd: quotedPassword }),
    ),
    ...groups.map(({ name, cn = name, groupType }) =>
      record(dnOf(cn), {
        ...{ objectClass: 'group', sAMAccountName: name },
        ...(groupType === undefined ? {} : { groupType }),
      }),
    ),
    record(
      `CN=PC7,CN=Computers,${sambaBase}`,
      {
        objectClass: 'computer',
        sAMAccountName: 'PC7$',
        dNSHostName: 'pc7.corp.example',
        userAccountControl: '4096',
      },
      { unicodePwd: quotedPassword },
    ),
  ]
  return records.join('\n')
}

/** LDIF that puts the members into their groups; they must all be there by then. */
export function membershipLdif(): string {
  return groups
    .filter(({ members }) => members.length > 0)
    .map(({ name, members }) =>
      [
        line('dn', dnOf(name)),
        'changetype: modify\nadd: member',
        ...members.map((member) => line('member', dnOf(member))),
        '',
      ].join('\n'),
    )
    .join('\n')
}

/** The escaped DN (RFC 4514) of someone under CN=Users. */
export function dnOf(cn: string): string {
  const escaped = cn.replace(/[,+"\\<>;=#]/g, '\\$&').replace(/^ | $/g, '\\ ')
  return `CN=${escaped},CN=Users,${sambaBase}`
}

function record(
  dn: string,
  attributes: Attributes,
  binary: Readonly<Record<string, Buffer>> = {},
): string {
  const lines = [line('dn', dn), 'changetype: add']
  for (const [name, value] of Object.entries(attributes)) {
    for (const each of [value].flat()) lines.push(line(name, each))
  }
  for (const [name, value] of Object.entries(binary)) lines.push(line(name, value))
  return `${lines.join('\n')}\n`
}

function line(name: string, value: string | Buffer): string {
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}
