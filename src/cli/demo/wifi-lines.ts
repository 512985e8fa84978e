import { demoAuthorityFile, demoDevices } from '../../compose/demo.ts'
import type { Config, Endpoint } from '../../config/index.ts'

/** What needs no quotes of its own, neither in a shell nor in what eapol_test reads. */
const plain = /^[\w./-]+$/

/** Where it is, and what a newcomer can paste to see someone get on the demo's Wi-Fi with one factor, as a rule says. */
export function demoWifiLines(config: Config, radius: Endpoint): readonly string[] {
  const authority = demoAuthorityFile(config)
  const wifi = Object.values(config.gateways).find(({ eap }) => eap !== undefined)
  const guest = findGuest(config)
  if (!authority || !wifi || !guest) return []
  const { secret, nasIdentifier = wifi.name } = wifi
  const { user, password } = guest
  const device = demoDevices(config).find(({ person }) => person === user)
  const files = device === undefined ? [] : [device.certFile, device.keyFile]
  const words = [authority, ...files, user, password, secret.reveal(), nasIdentifier]
  if (!words.every((word) => plain.test(word))) return []
  const server = `-a ${radius.address} -p ${radius.port} -s ${secret.reveal()}`
  const line = (network: readonly string[]) => {
    const block = ['network={', 'key_mgmt=WPA-EAP', `ca_cert="${authority}"`, ...network, '}']
    const printed = block.map((each) => `'${each}'`).join(' ')
    return `    printf '%s\\n' ${printed} | eapol_test -c /dev/stdin ${server} -N 32:s:${nasIdentifier}`
  }
  return [
    `  ${user} on Wi-Fi; eapol_test (Debian: eapoltest) plays the laptop, which trusts ${authority}:`,
    line([
      'eap=TTLS',
      `identity="${user}"`,
      `password="${password}"`,
      'anonymous_identity="anonymous"',
      'phase2="auth=PAP"',
    ]),
    ...(device === undefined
      ? []
      : [
          `  The same without a password: the laptop has ${device.certFile} and its key:`,
          line([
            'eap=TLS',
            `identity="${user}"`,
            `client_cert="${device.certFile}"`,
            `private_key="${device.keyFile}"`,
          ]),
        ]),
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
