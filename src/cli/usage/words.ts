/** What a word or the value of an option is, and one as an example. */
export type Meaning = { readonly what: string; readonly example: string }

/** By the name of the word in the usage, where it means another thing after a command, with the command in front. */
const words: Readonly<Record<string, Meaning>> = {
  user: { what: 'a user name', example: 'alice' },
  'explain user': { what: 'a user name or a MAC address', example: 'alice' },
  'authenticator remove id': { what: 'the id of an authenticator', example: '1a2b3c4d' },
  'audit show id': { what: 'the id of a sign-in', example: '0190a1b2' },
  'user prefer method': { what: 'a method', example: 'totp' },
  'preset show name': { what: 'the name of a preset', example: 'fortigate' },
  'gateway show name': { what: 'the name of a gateway', example: 'vpn' },
  'certificate create name': { what: 'a host name', example: 'radius.corp.example' },
  'certificate device person': { what: 'a User Principal Name', example: 'alice@corp.example' },
  'certificate profile ssid': { what: 'the name of a network', example: 'Corp' },
  'why what': { what: 'a reference or a user name', example: '7K2M' },
  file: { what: 'a file', example: 'FILE' },
  'backup file': { what: 'a new file', example: 'holdfast.backup' },
  'restore file': { what: 'a file that backup made', example: 'holdfast.backup' },
  'import file': { what: 'a file with tokens', example: 'tokens.csv' },
  'spare-token remove serial': { what: 'serial numbers', example: '1001 1002' },
  'key create file': { what: 'a new file', example: 'sealing-key' },
  'key rotate file': { what: 'a file with a new key', example: 'new-sealing-key' },
  'support file': { what: 'a new file', example: 'support.json' },
}

/** Values of options that need more explanation than their names. */
const values: Readonly<Record<string, string>> = {
  address: 'alice@example.com',
  'answer-after': '5s',
  at: '08:12',
  attribute: 'NAS-Port-Type=Virtual',
  'backup-phone': '+31201234567',
  config: '/etc/holdfast/holdfast.yaml',
  counter: '0',
  days: '365',
  directory: 'corp',
  extension: '123',
  for: '15m',
  gateway: 'vpn',
  limit: '50',
  method: 'totp',
  'nas-identifier': 'hold',
  phone: '+31612345678',
  preset: 'fortigate',
  reason: '"phone lost"',
  'second-server': '192.0.2.2:1812',
  server: '192.0.2.1:1812',
  since: '1h',
  socket: '/run/holdfast/admin.sock',
  svg: 'alice.svg',
  timeout: '10',
  tries: '3',
  until: '10m',
  user: 'alice',
}

/** `word` as in the usage: `<user>`, `[id]`, `<name..>`. */
export function meaningOf(path: string, word: string): Meaning {
  const name = word.replaceAll(/[<>[\].]/g, '')
  return words[`${path} ${name}`] ?? words[name] ?? { what: name, example: name.toUpperCase() }
}

/** `--phone +31612345678`. */
export function exampleOfOption(name: string): string {
  return `--${name} ${values[name] ?? (name.endsWith('file') ? 'FILE' : 'VALUE')}`
}
