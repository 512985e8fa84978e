import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority, Issued, KeyKind } from '../../../certificates/index.ts'
// Not by index.ts: what makes certificates is heavy, and `--help` must not wait for it.
import { keyKinds } from '../../../certificates/keys.ts'
import { profileMethods } from '../../../certificates/profile.ts'
import { systemClock } from '../../../support/index.ts'
import { command, commandGroup } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { makeFolder, readText, writeNewFiles } from '../../files.ts'
import { isThere, print } from '../../io.ts'
import { programName } from '../../program-name.ts'

const defaultFolder = '/etc/holdfast/certificates'

const folderOption = {
  type: 'string',
  default: defaultFolder,
  describe: 'Folder of the authority and of what it makes',
} as const

const create = command({
  usage: 'create <name..>',
  describe: 'Make a certificate for EAP, and the authority for it where there is none',
  options: (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Host names of this server, such as radius.corp.example',
      })
      .option('folder', folderOption)
      .option('authority', {
        type: 'string',
        default: 'Holdfast Wi-Fi authority',
        describe: 'Name of a new authority, as people see it',
      })
      .option('key', {
        choices: keyKinds,
        default: keyKinds[0],
        describe:
          'Kind of key; rsa is for old devices such as printers, and takes ten times the CPU',
      })
      .option('days', {
        type: 'number',
        default: 825,
        describe: 'How long it is valid; Apple’s devices take 825 at most',
      })
      .option('force', { type: 'boolean', default: false, describe: 'Write over the old one' })
      .example(
        '$0 certificate create radius.corp.example',
        'then name both files under eap in the configuration',
      ),
  async run({ name, folder, authority: authorityName, key, days, force }, io) {
    checkDays(days)
    const { createServerCertificate } = await import('../../../certificates/index.ts')
    const place = placesIn(folder)
    const nowMs = systemClock.nowMs()
    const { authority, made } = await authorityIn(folder, { name: authorityName, kind: key, nowMs })
    const issued = await createServerCertificate(authority, { names: name, kind: key, days, nowMs })
    makeFolder(folder, 0o755)
    writeNewFiles(
      [
        ...(made === undefined ? [] : filesOf(place.authority, made)),
        ...filesOf(place.server, issued),
      ],
      { force },
    )
    print(io, afterCreate(folder, made !== undefined, programName(io.env)))
    return exitCodes.ok
  },
})

const device = command({
  usage: 'device <person>',
  describe: 'Make a certificate with which a device of a person signs in by EAP-TLS',
  options: (yargs) =>
    yargs
      .positional('person', {
        type: 'string',
        demandOption: true,
        describe: 'User Principal Name, such as alice@corp.example; of a local directory: alice',
      })
      .option('folder', folderOption)
      .option('key', { choices: keyKinds, default: keyKinds[0], describe: 'Kind of key' })
      .option('days', { type: 'number', default: 365, describe: 'How long it is valid' })
      .option('force', { type: 'boolean', default: false, describe: 'Write over the old one' }),
  async run({ person, folder, key, days, force }, io) {
    checkDays(days)
    const { createDeviceCertificate } = await import('../../../certificates/index.ts')
    const authority = await readAuthority(folder)
    const nowMs = systemClock.nowMs()
    const issued = await createDeviceCertificate(authority, {
      principal: person,
      kind: key,
      days,
      nowMs,
    })
    // Every name that a certificate may have is good for a file: it cannot hold a slash.
    const name = person.replaceAll('/', '_')
    // A user may be called ca or server, but no one is called device-ca@corp.example.
    const place = filesFor(folder, person.includes('@') ? name : `device-${name}`)
    writeNewFiles(filesOf(place, issued), { force })
    print(io, afterDevice(folder, person, place))
    return exitCodes.ok
  },
})

const profile = command({
  usage: 'profile <ssid>',
  describe: 'Write profiles that set up Wi-Fi on Windows, Apple’s devices and Linux',
  options: (yargs) =>
    yargs
      .positional('ssid', { type: 'string', demandOption: true, describe: 'Name of the network' })
      .option('folder', folderOption)
      .option('method', {
        choices: profileMethods,
        default: profileMethods[0],
        describe:
          'peap: MS-CHAPv2, which Active Directory checks by winbind; ttls: PAP; tls: a certificate',
      })
      .option('outer-name', {
        type: 'string',
        default: 'anonymous',
        describe:
          'Said before the tunnel is up, in place of the name; @realm after it where routes need one',
      })
      .option('force', { type: 'boolean', default: false, describe: 'Write over the old ones' }),
  async run({ ssid, folder, method, outerName, force }, io) {
    const certificates = await import('../../../certificates/index.ts')
    const place = placesIn(folder)
    const settings = {
      ssid,
      method,
      authority: readMade(place.authority.certificate),
      serverNames: certificates.serverNamesOf(readMade(place.server.certificate)),
      outerIdentity: outerName,
    }
    const authorityThere = '/etc/wpa_supplicant/wifi-authority.pem'
    const files = [
      { name: `${method}.mobileconfig`, content: certificates.writeAppleProfile(settings) },
      { name: `${method}-windows.xml`, content: certificates.writeWindowsProfile(settings) },
      {
        name: `${method}-wpa_supplicant.conf`,
        content: certificates.writeWpaSupplicantProfile(settings, authorityThere),
      },
    ].map(({ name, content }) => ({
      path: join(folder, name),
      content,
      mode: 0o644,
      whenPresent: 'refuse' as const,
    }))
    writeNewFiles(files, { force })
    print(io, `${files.map(({ path }) => path).join('\n')}\n`)
    return exitCodes.ok
  },
})

/** `certificate create|device|profile`. Works on files alone; no service is asked. */
export const certificateCommand = commandGroup(
  'certificate',
  'Make certificates and profiles for Wi-Fi: create, device, profile',
  [create, device, profile],
)

type Place = { readonly certificate: string; readonly key: string }

function placesIn(folder: string): { readonly authority: Place; readonly server: Place } {
  return { authority: filesFor(folder, 'ca'), server: filesFor(folder, 'server') }
}

function filesFor(folder: string, name: string): Place {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) }
}

function filesOf(place: Place, { certificate, key }: Issued) {
  return [
    { path: place.certificate, content: certificate, mode: 0o644, whenPresent: 'refuse' as const },
    { path: place.key, content: key, mode: 0o600, whenPresent: 'refuse' as const },
  ]
}

async function authorityIn(
  folder: string,
  options: { readonly name: string; readonly kind: KeyKind; readonly nowMs: number },
): Promise<{ readonly authority: Authority; readonly made?: Issued }> {
  const { createAuthority, openAuthority } = await import('../../../certificates/index.ts')
  const { authority } = placesIn(folder)
  if (existsSync(authority.certificate) || existsSync(authority.key)) {
    return { authority: await readAuthority(folder) }
  }
  const made = await createAuthority(options)
  return { authority: openAuthority(made), made }
}

async function readAuthority(folder: string): Promise<Authority> {
  const { openAuthority } = await import('../../../certificates/index.ts')
  const { certificate, key } = placesIn(folder).authority
  return openAuthority({ certificate: readMade(certificate), key: readMade(key) })
}

/** Reads a file that `certificate create` makes. Throws CliError `file-unreadable`. */
function readMade(file: string): string {
  if (isThere(file)) return readText(file)
  throw new CliError(
    'file-unreadable',
    `There is no ${file}. Make it first with holdfast certificate create, or name the folder that has it with --folder.`,
  )
}

function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= 825) return
  throw new CliError('usage', '--days must be a whole number from 1 to 825.')
}

function afterCreate(folder: string, isNew: boolean, program: string): string {
  const { authority, server } = placesIn(folder)
  const first = isNew
    ? `${authority.certificate} is what devices must trust. Keep ${authority.key} where no one else can read it.`
    : 'Made with the authority that was there: devices that trust it notice nothing.'
  return `${first}

For the configuration, then ${program} reload:

eap:
  cert_file: ${server.certificate}
  key_file: ${server.key}

The systemd unit runs as a user of its own, which cannot read that key. Run
  systemctl edit holdfast
and write these two lines there:
  [Service]
  LoadCredential=eap-key:${server.key}
In the configuration, write key_file: /run/credentials/holdfast.service/eap-key. Restart the service now, and after each renewal.

Profiles for devices: ${program} certificate profile SSID
`
}

function afterDevice(folder: string, person: string, device: Place): string {
  const names = person.includes('@') ? [] : ['    names: common-name']
  return `${device.certificate} and ${device.key}: bring both to the device, and remove them here.

It signs in where the gateway has eap: { methods: [tls, …] } and the file, once,

${['eap:', '  devices:', `    ca_file: ${placesIn(folder).authority.certificate}`, ...names].join('\n')}
`
}
