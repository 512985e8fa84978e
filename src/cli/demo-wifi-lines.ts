import { demoAuthorityFile } from '../compose/demo-certificate.ts'
import type { Config, Endpoint } from '../config/index.ts'

/** What needs no quotes of its own, neither in a shell nor in what eapol_test reads. */
const plain = /^[\w./-]+$/

/** What a newcomer can paste to see somebody get on the demo's Wi-Fi with the password alone, as a rule says. */
export function demoWifiLines(config: Config, radius: Endpoint): readonly string[] {
  const authority = demoAuthorityFile(config)
  const wifi = Object.values(config.gateways).find(({ eap }) => eap !== undefined)
  const guest = findGuest(config)
  if (!authority || !wifi || !guest) return []
  const { secret, nasIdentifier = wifi.name } = wifi
  const words = [authority, guest.user, guest.password, secret.reveal(), nasIdentifier]
  if (!words.every((word) => plain.test(word))) return []
  const network = [
    'network={',
    'key_mgmt=WPA-EAP',
    'eap=TTLS',
    `identity="${guest.user}"`,
    `password="${guest.password}"`,
    'anonymous_identity="anonymous"',
    `ca_cert="${authority}"`,
    'phase2="auth=PAP"',
    '}',
  ]
  const printed = network.map((line) => `'${line}'`).join(' ')
  const server = `-a ${radius.address} -p ${radius.port} -s ${secret.reveal()}`
  return [
    `  ${guest.user} on Wi-Fi; eapol_test (Debian: eapoltest) plays the laptop:`,
    `    printf '%s\\n' ${printed} | eapol_test -c /dev/stdin ${server} -N 32:s:${nasIdentifier}`,
  ]
}

type Guest = { readonly user: string; readonly password: string }

function findGuest({ directories, rules }: Config): Guest | undefined {
  const guests = new Set(
    rules
      .filter(({ outcome }) => outcome.kind === 'no-second-factor')
      .flatMap(({ group = [] }) => group),
  )
  for (const directory of Object.values(directories)) {
    if (directory.type !== 'local') continue
    for (const [user, { groups, password }] of Object.entries(directory.users)) {
      if (password && groups.some((group) => guests.has(group))) {
        return { user, password: password.reveal() }
      }
    }
  }
  return undefined
}
