import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { methods } from '../../src/accounts/index.ts'
import { openAuthority } from '../../src/certificates/index.ts'
import { formatError } from '../../src/cli/errors.ts'
import { addToUsersFile } from '../../src/cli/local-users/file.ts'
import { loadConfig } from '../../src/config/index.ts'
import { openPassword } from '../../src/directory/local/sealed-password.ts'
import {
  checkCertificates,
  createAdminOperations,
  createPersonLookup,
} from '../../src/operations/index.ts'
import { parseUserMap, readSeeds } from '../../src/operations/seeds/index.ts'
import { startAdminSocket } from '../../src/ops/index.ts'
import { loadDictionary } from '../../src/radius/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { HoldfastError, systemClock } from '../../src/support/index.ts'
import { run as runCommand } from '../cli/fake-io.ts'

/**
 * Something that reads a text which holds a secret. To add one: write the text as it should be, with `secret` where it
 * belongs, and give all that people get to see when the text is read.
 */
export type Reader = {
  readonly name: string
  readonly text: (secret: string) => string
  readonly read: (text: string, place: ReaderPlace) => Promise<string>
}

/** What readers share: a folder, and a store with its operations. */
export type ReaderPlace = {
  readonly folder: string
  readonly store: Store
  /** Where the operations listen. */
  readonly socket: string
  call(line: string): Promise<string>
  close(): Promise<void>
}

/** Everything that an error shows: to people, to programs, and with HOLDFAST_DEBUG. */
export function shown(error: unknown): string {
  const chain: unknown[] = []
  for (let each = error; each instanceof Error && chain.length < 5; each = each.cause) {
    chain.push({ ...each, message: each.message, code: 'code' in each ? each.code : '' })
  }
  const isOurs = error instanceof HoldfastError
  // An error in our code is told with its stack; a test that finds one must fail on it.
  const told = isOurs ? formatError(error, false) : `${formatError(error, true)}`
  return `${told}\n${JSON.stringify(chain)}`
}

async function attempt(work: () => unknown): Promise<string> {
  try {
    await work()
    return ''
  } catch (error) {
    return shown(error)
  }
}

const sealingKey = Buffer.alloc(32, 7).toString('base64')

function configText(secret: string): string {
  return `# A demo, so that secrets may stand here.
insecure_demo: true
default_region: NL
listen: "127.0.0.1:1812"
sealing_key: ${sealingKey}
directories:
  people:
    type: local
    users:
      alice: { password: "${secret}", groups: [staff] }
      bob:
        password: ${secret}
        phones: ["+31612345678"]
  corp:
    type: ldap
    servers: ldaps://dc1.corp.example
    bind_dn: CN=holdfast,DC=corp,DC=example
    bind_password: '${secret}'
    base_dn: DC=corp,DC=example
gateways:
  vpn:
    address: 192.0.2.10
    secret: ${secret}
    flow: auto
    methods: [totp, sms]
delivery:
  phone: { type: demo }
methods: { sms: { via: phone } }
`
}

function pskcText(secret: string): string {
  return `<?xml version="1.0"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><KeyPackage>
<DeviceInfo><Manufacturer>Acme</Manufacturer><SerialNo>7001</SerialNo></DeviceInfo>
<Key Id="7001" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
<AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
<Data><Secret><PlainValue>${Buffer.from(secret).toString('base64')}</PlainValue></Secret>
<TimeInterval><PlainValue>30</PlainValue></TimeInterval></Data>
<UserId>alice</UserId></Key></KeyPackage></KeyContainer>
`
}

/** A file in the folder of the test, always the same one. */
function fileOf({ folder }: ReaderPlace, name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

const seedProblems = (text: string) =>
  JSON.stringify(readSeeds(text, { nowMs: Date.now() }).problems)

/** Seeds of one file, handed to the running service as `import` does, and what it says of them. */
async function importSeeds(text: string, place: ReaderPlace): Promise<string> {
  const { records } = readSeeds(text, { nowMs: Date.now() })
  const seeds = records.map(({ notes, ...record }) => ({
    ...record,
    user: record.user ?? '',
    seed: Buffer.from(record.seed).toString('base64'),
  }))
  const call = { id: 1, operation: 'seeds.import', arguments: { seeds, dryRun: true } }
  return seedProblems(text) + (await place.call(JSON.stringify(call)))
}

export const readers: readonly Reader[] = [
  {
    name: 'the configuration, secrets in it',
    text: configText,
    read: (text, place) => {
      const file = fileOf(place, 'holdfast.yaml', text)
      return attempt(() => loadConfig(file, { env: {}, fileMode: () => 0o600 }))
    },
  },
  {
    name: 'the configuration as commands glance at it',
    text: configText,
    read: async (text, place) => {
      const file = fileOf(place, 'glance.yaml', text)
      const { stdout, stderr } = await runCommand(['user', 'list', '--config', file])
      return stdout + stderr
    },
  },
  {
    name: 'a command of the service with a configuration',
    text: configText,
    read: async (text, place) => {
      const file = fileOf(place, 'check.yaml', text)
      const { stdout, stderr } = await runCommand(['reload', '--config', file])
      return stdout + stderr
    },
  },
  {
    name: 'a users_file',
    text: (secret) => `alice: { password_hash: "scrypt$1024$8$1$${secret}$${secret}" }
bob:
  password_hash: scrypt$1024$8$1$${secret}$${secret}
  groups: [staff]
  email: bob@corp.example
`,
    read: async (text, place) => {
      const users = fileOf(place, 'users.yaml', text)
      const config = JSON.stringify({
        sealing_key: `file:${fileOf(place, 'sealing-key', sealingKey)}`,
        directories: { people: { type: 'local', users_file: users } },
        gateways: {},
      })
      const file = fileOf(place, 'with-users.yaml', config)
      const loaded = await attempt(() => loadConfig(file, { env: {}, fileMode: () => 0o600 }))
      const carol = { name: 'carol', phones: [], groups: [] }
      return loaded + (await attempt(() => addToUsersFile(users, carol, 'scrypt$…')))
    },
  },
  {
    name: 'a file with one secret',
    text: (secret) => `${secret}\n`,
    read: async (text, place) => {
      const secret = fileOf(place, 'secret', text)
      const config = JSON.stringify({
        sealing_key: `file:${secret}`,
        directories: { people: { type: 'local' } },
        gateways: { vpn: { address: '192.0.2.1', secret: `file:${secret}` } },
      })
      const file = fileOf(place, 'with-secret.yaml', config)
      return attempt(() => loadConfig(file, { env: {}, fileMode: () => 0o600 }))
    },
  },
  {
    name: 'environment variables',
    text: (secret) => secret,
    read: (text, place) => {
      const config = JSON.stringify({
        sealing_key: 'env:HOLDFAST_KEY',
        directories: { people: { type: 'local' } },
        gateways: { vpn: { address: '192.0.2.1', secret: 'env:VPN_SECRET' } },
      })
      const file = fileOf(place, 'with-env.yaml', config)
      const env = { HOLDFAST_KEY: text, VPN_SECRET: text, CREDENTIALS_DIRECTORY: text }
      return attempt(() => loadConfig(file, { env, fileMode: () => 0o600 }))
    },
  },
  {
    name: 'a list of seeds with its heading',
    text: (secret) => `user,serial number,secret key,time interval,model
alice,1001,${secret},30,Key
bob,"1002","${secret}",60,Key
`,
    read: importSeeds,
  },
  {
    name: 'a list of seeds without a heading',
    text: (secret) => `${secret},alice,1005\nalice;1006;${secret}\n`,
    read: importSeeds,
  },
  {
    name: 'a list of seeds whose columns are mixed up',
    text: (secret) => `seed,user,serial,digits,period,counter
JBSWY3DPEHPK3PXPJBSWY3DP,${secret},${secret},6,30,
JBSWY3DPEHPK3PXPJBSWY3DQ,alice,${secret},${secret},30,
JBSWY3DPEHPK3PXPJBSWY3DR,alice,1,6,${secret},${secret}
`,
    read: importSeeds,
  },
  {
    name: 'lines otpauth://',
    text: (secret) =>
      `otpauth://totp/Acme:alice?secret=${secret}&issuer=Acme\notpauth://hotp/bob?secret=${secret}&counter=1\n`,
    read: importSeeds,
  },
  { name: 'seeds as PSKC', text: pskcText, read: importSeeds },
  {
    name: 'a link of Google Authenticator',
    text: (secret) =>
      `otpauth-migration://offline?data=${Buffer.from(secret).toString('base64')}\notpauth-migration://offline?data=${secret}\n`,
    read: importSeeds,
  },
  {
    name: 'tokens as SafeNet delivers them',
    text: (secret) => `<Tokens><Token serial="1001"><Applications><Application>
<Seed>${secret}</Seed><MovingFactor>1</MovingFactor></Application></Applications></Token>
<Token serial="1002"><Applications><Application><Seed>${Buffer.from(secret).toString('hex')}</Seed>
<MovingFactor>1</MovingFactor></Application></Applications></Token></Tokens>
`,
    read: importSeeds,
  },
  {
    name: 'a log of YubiKeys',
    text: (secret) => `LOGGING START,11.12.13 18:55
OATH-HOTP,11.12.13 18:55,1,,,${Buffer.from(secret).toString('hex')},,,0,0,0,6,0,0,0,0,0,0
508327,,0,${secret},,2013-12-12T08:41:07,
`,
    read: importSeeds,
  },
  {
    name: 'the table of an import, also of columns that are mixed up',
    text: (secret) => `seed,user,serial
${secret},alice,1005
JBSWY3DPEHPK3PXPJBSWY3DP,alice,${secret}
JBSWY3DPEHPK3PXPJBSWY3DQ,${secret},1006
`,
    read: async (text, place) => {
      const list = fileOf(place, 'table.csv', text)
      const argv = ['import', list, '--dry-run', '--socket', place.socket]
      const { stdout, stderr } = await runCommand(argv)
      return stdout + stderr
    },
  },
  {
    name: 'serial numbers and their users',
    text: (secret) => `serial,user\n1001,alice\n${secret},bob\n${secret},carol,x\n`,
    read: async (text) => {
      const map = parseUserMap(text)
      return 'users' in map ? '' : JSON.stringify(map)
    },
  },
  {
    name: 'the import command, its key file included',
    text: (secret) => secret,
    read: async (text, place) => {
      const list = fileOf(place, 'list.csv', text)
      const key = fileOf(place, 'key', text)
      const argv = ['import', list, '--key-file', key, '--users', list, '--socket', '/nonexistent']
      const { stdout, stderr } = await runCommand(argv)
      return stdout + stderr
    },
  },
  {
    name: 'a private key in PEM',
    text: (secret) =>
      `-----BEGIN PRIVATE KEY-----\n${Buffer.from(secret).toString('base64')}\n${secret}\n-----END PRIVATE KEY-----\n`,
    read: async (text, place) => {
      const file = fileOf(place, 'key.pem', text)
      const rows = checkCertificates(
        [{ what: 'webhooks', certificateFile: file, keyFile: file }],
        systemClock,
      )
      const opened = await attempt(() => openAuthority({ certificate: text, key: text }))
      return JSON.stringify(rows) + opened.replace(/^ {4}at .*$/gm, '')
    },
  },
  {
    name: 'a dictionary',
    text: (secret) => `VENDOR Acme 4711
BEGIN-VENDOR Acme
ATTRIBUTE Acme-Name 1 string
ATTRIBUTE ${secret} 2 integer
VALUE ${secret} ${secret} 7
${secret} ${secret}
END-VENDOR Acme
`,
    read: (text, place) => {
      const file = fileOf(place, 'dictionary', text)
      return attempt(() => loadDictionary([file]))
    },
  },
  {
    name: 'requests on the socket',
    text: (secret) =>
      JSON.stringify({
        id: 1,
        operation: 'authenticator.add',
        arguments: {
          name: 'alice',
          authenticator: { method: 'call', phone: secret, pin: secret, seed: secret },
        },
      }),
    read: (text, place) => place.call(text),
  },
  {
    name: 'requests on the socket with a secret in the place of names',
    text: (secret) =>
      JSON.stringify({
        id: 1,
        operation: secret,
        arguments: { [secret]: secret, name: 'alice' },
      }),
    read: (text, place) => place.call(text),
  },
  {
    name: 'sealed passwords',
    text: (secret) => `sealed$${Buffer.from(secret).toString('base64')}`,
    read: (text) =>
      attempt(() =>
        openPassword(Buffer.alloc(32, 7), { directory: 'people', user: 'alice' }, text, 'password'),
      ),
  },
  ...commandLines().map(
    (words): Reader => ({
      name: `the command line: ${words('SECRET').join(' ')}`,
      text: (secret) => words(secret).join('\n'),
      read: async (text) => {
        const { stdout, stderr } = await runCommand(text.split('\n'))
        return stdout + stderr
      },
    }),
  ),
]

/** Words with a secret at a wrong place: one too many, an option that there is not, a wrong choice. */
function commandLines(): readonly ((secret: string) => readonly string[])[] {
  return [
    (secret) => [secret],
    (secret) => ['user', 'add', 'alice', secret],
    (secret) => ['user', 'hash', secret],
    (secret) => ['user', 'prefer', 'alice', secret],
    (secret) => ['user', secret, 'alice'],
    (secret) => ['authenticator', 'add', 'alice', '--seed', secret],
    (secret) => ['authenticator', 'add', 'alice', '--method', secret],
    (secret) => ['authenticator', 'add', 'alice', '--method', 'sms', '--phone', secret],
    (secret) => ['authenticator', 'add', 'alice', '--digits', secret],
    (secret) => ['authenticator', 'add', 'alice', '-m', 'call', `--pin=${secret}`],
    (secret) => ['try', 'alice', '--password', secret],
    (secret) => ['try', 'alice', '--server', secret, '--gateway-secret', secret],
    (secret) => ['bypass', 'alice', '--reason', 'x', '--for', secret],
    (secret) => ['why', 'alice', '--at', secret],
    (secret) => ['gateway', 'show', '--jsn', secret],
    (secret) => ['simulate', '--preset', secret],
  ]
}

/** A store in a folder of its own, and a socket with the operations on it. */
export async function createPlace(): Promise<ReaderPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-secrecy-'))
  const store = await openStore({
    file: join(folder, 'store.db'),
    keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
    node: 'test',
  })
  const person = (name: string) => ({
    key: `people:${name}`,
    directory: 'people',
    name,
    displayName: name,
    groups: [],
    phones: [],
  })
  const directory = {
    name: 'people',
    resolve: async (name: string) =>
      ['alice', 'bob', 'carol'].includes(name)
        ? ({ kind: 'user', user: person(name) } as const)
        : ({ kind: 'unknown' } as const),
    resolveKey: async () => ({ kind: 'unknown' }) as const,
    verify: async () => ({ kind: 'busy' }) as const,
    close: async () => undefined,
  }
  const operations = createAdminOperations({
    clock: systemClock,
    store,
    findPerson: createPersonLookup({ directories: [directory], users: store.users }),
    gateways: async () => [],
    usableMethods: () => methods,
    issuer: 'Example',
    scratchFolder: folder,
  })
  mkdirSync(join(folder, 'run'), { mode: 0o700 })
  const path = join(folder, 'run', 'admin.sock')
  let logged = ''
  const socket = await startAdminSocket({
    path,
    operations,
    onInternalError: (operation, error) => {
      logged += `${operation} ${shown(error)}`
    },
  })
  return {
    folder,
    store,
    socket: path,
    async call(line) {
      logged = ''
      const connection = connect(path)
      const answer = await new Promise<string>((resolve, reject) => {
        let text = ''
        connection.setEncoding('utf8')
        connection.on('data', (chunk) => {
          text += chunk
          if (text.includes('\n')) resolve(text)
        })
        connection.on('close', () => resolve(text))
        connection.on('error', reject)
        connection.write(`${line.replaceAll('\n', ' ')}\n`)
      })
      connection.destroy()
      return answer + logged
    },
    async close() {
      await socket.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
