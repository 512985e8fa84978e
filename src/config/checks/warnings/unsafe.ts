import type { UnsafeSetting } from '../../finding.ts'
import type { PolicyRuleConfig } from '../../resolved/policy-rules.ts'
import type { Config, DirectoryConfig, GatewayConfig } from '../../resolved/resolve.ts'
import { unsafeLoginAttributes } from './login-attributes.ts'
import { contradictions } from './presets.ts'
import { unsafeWeb } from './web.ts'

const minSecretLength = 16

/**
 * Everything in a valid configuration that a security officer should know of. For a demo only that it is one: nothing
 * in it is safe.
 */
export function findUnsafeSettings(config: Config): readonly UnsafeSetting[] {
  if (config.insecureDemo) {
    const danger =
      'the secrets are in the file, and all gateways share one; use this for the demo only'
    return [{ setting: 'insecure_demo', danger }]
  }
  return [
    ...config.exposedFiles.map((setting) => ({
      setting,
      danger: 'every user of this machine can read this secret; chmod 600',
    })),
    ...config.secretRemarks.map(({ place, remark }) => ({ setting: place, danger: remark })),
    ...Object.entries(config.directories).flatMap(([name, directory]) =>
      directory.type === 'ldap' && directory.insecurePlaintext
        ? [
            {
              setting: `directories.${name}.insecure_plaintext`,
              danger: 'passwords cross the network unencrypted',
            },
          ]
        : [],
    ),
    ...Object.entries(config.directories).flatMap(unsafeLoginAttributes),
    ...Object.entries(config.directories).flatMap(unsafeUpstream),
    ...Object.entries(config.directories).flatMap(([name, directory]) =>
      directory.type === 'ldap' && directory.kind === 'ad' && directory.lockoutShield === 'off'
        ? [
            {
              setting: `directories.${name}.lockout_shield`,
              danger: 'anyone who can reach a gateway can lock people out of Windows',
            },
          ]
        : [],
    ),
    ...config.outageRules.flatMap(({ secondFactor }, index) =>
      secondFactor === undefined
        ? []
        : [
            {
              setting: `outage_rules.${index}.second_factor`,
              danger: 'while a provider is down, the people it names sign in with a password alone',
            },
          ],
    ),
    ...Object.entries(config.delivery).flatMap(([name, provider]) =>
      provider.type === 'smtp' && provider.tls === 'insecure-plaintext'
        ? [
            {
              setting: `delivery.${name}.tls`,
              danger: 'codes and password cross the network unencrypted',
            },
          ]
        : provider.type === 'http' && provider.url.startsWith('http:')
          ? [{ setting: `delivery.${name}.url`, danger: 'codes cross the network unencrypted' }]
          : [],
    ),
    ...(config.webhooks?.publicUrl.some((url) => url.startsWith('http:'))
      ? [
          {
            setting: 'webhooks.public_url',
            danger: 'what people key in crosses the internet unencrypted',
          },
        ]
      : []),
    ...unsafeWeb(config),
    ...Object.values(config.gateways).flatMap(unsafeGateway),
    ...Object.values(config.gateways).flatMap(contradictions),
    ...config.rules.flatMap(passwordAlone),
    ...config.rules.flatMap(knownByAddress),
    ...sharedSecrets(config),
    ...reachableByName(config),
  ]
}

function unsafeUpstream([name, directory]: readonly [
  string,
  DirectoryConfig,
]): readonly UnsafeSetting[] {
  if (directory.type !== 'radius') return []
  return directory.servers.flatMap(({ messageAuthenticator, secret }, index) => {
    const setting = `directories.${name}.servers.${index}`
    const found: UnsafeSetting[] = []
    if (messageAuthenticator === 'optional') {
      found.push({
        setting: `${setting}.message_authenticator`,
        danger:
          'optional lets an attacker on the network turn a refusal into an Accept (CVE-2024-3596); update the server and set required',
      })
    }
    if (secret.reveal().length < minSecretLength) {
      found.push({
        setting: `${setting}.secret`,
        danger: `is shorter than ${minSecretLength} characters and can be guessed from one captured packet; set 32 random ones on both sides`,
      })
    }
    return found
  })
}

function unsafeGateway(gateway: GatewayConfig): readonly UnsafeSetting[] {
  const setting = `gateways.${gateway.name}`
  const found: UnsafeSetting[] = []
  if (gateway.messageAuthenticator !== 'required') {
    found.push({
      setting: `${setting}.message_authenticator`,
      danger: `${gateway.messageAuthenticator} leaves room for forged answers (CVE-2024-3596)${until(gateway)}; update the gateway and set required`,
    })
  }
  if (gateway.msChapV1) {
    found.push({
      setting: `${setting}.ms_chap_v1`,
      danger: 'responses of version 1 are easy to break; let the gateway use MS-CHAPv2',
    })
  }
  if (gateway.secret.reveal().length < minSecretLength) {
    found.push({
      setting: `${setting}.secret`,
      danger: `is shorter than ${minSecretLength} characters and can be guessed from one captured packet; set 32 random ones on both sides`,
    })
  }
  if (gateway.firstFactor.kind === 'none' && gateway.firstFactor.promptWithoutPassword) {
    found.push({
      setting: `${setting}.prompt_without_password`,
      danger: 'anyone who can reach this gateway can make phones ring',
    })
  }
  return found
}

function until({ messageAuthenticatorUntil }: GatewayConfig): string {
  return messageAuthenticatorUntil === undefined ? '' : ` until ${messageAuthenticatorUntil}`
}

/** A rule that no one is excepted from: a stolen password is then all it takes. */
function passwordAlone(
  { outcome, group, user, network, enrolled }: PolicyRuleConfig,
  index: number,
): readonly UnsafeSetting[] {
  const isForEverybody = [group, user, network, enrolled].every((each) => each === undefined)
  if (outcome.kind !== 'no-second-factor' || !isForEverybody) return []
  const danger = 'all users sign in with a password alone, from anywhere'
  return [{ setting: `rules.${index}.second_factor`, danger }]
}

function knownByAddress({ outcome }: PolicyRuleConfig, index: number): readonly UnsafeSetting[] {
  if (outcome.kind !== 'second-factor' || outcome.remember?.address !== true) return []
  const danger =
    'anyone with the password and the same public address, such as all people behind one router, gets in with the password alone'
  return [{ setting: `rules.${index}.remember_address`, danger }]
}

/** One secret for two gateways: an attacker who steals one of them can answer for the other. */
function sharedSecrets({ gateways }: Config): readonly UnsafeSetting[] {
  const firstWith = new Map<string, string>()
  return Object.values(gateways).flatMap(({ name, secret }) => {
    const text = secret.reveal()
    const first = firstWith.get(text)
    if (first === undefined) {
      firstWith.set(text, name)
      return []
    }
    return [
      {
        setting: `gateways.${name}.secret`,
        danger: `is the same as that of ${first}: an attacker who takes over one gateway can answer for the other; give each its own`,
      },
    ]
  })
}

/** Names the weakest rule that a host can reach by claiming another NAS-Identifier (RULES 13). */
function reachableByName({ gateways }: Config): readonly UnsafeSetting[] {
  const trusting = Object.values(gateways).filter((gateway) => gateway.trustNasIdentifier)
  return trusting.flatMap((gateway) => {
    const reachable = trusting.filter((other) => canPoseAs(gateway, other))
    const [weakest] = reachable.sort((left, right) => strength(left) - strength(right))
    if (weakest === undefined || strength(weakest) >= strength(gateway)) return []
    return [
      {
        setting: `gateways.${gateway.name}.trust_nas_identifier`,
        danger: `who has its secret may choose the rules of ${weakest.name}: ${describeWeakness(weakest)}`,
      },
    ]
  })
}

function canPoseAs(gateway: GatewayConfig, other: GatewayConfig): boolean {
  return (
    other.name !== gateway.name &&
    other.secret.reveal() === gateway.secret.reveal() &&
    other.address.some((address) => gateway.address.includes(address))
  )
}

/** How much a gateway asks for, as a rough order: what is checked first weighs most. */
function strength({ firstFactor, requireGroups, denyGroups }: GatewayConfig): number {
  const password =
    firstFactor.kind === 'directories' ? 4 : firstFactor.promptWithoutPassword ? 0 : 1
  return password + (requireGroups.length > 0 ? 2 : 0) + (denyGroups.length > 0 ? 1 : 0)
}

function describeWeakness({ firstFactor, requireGroups }: GatewayConfig): string {
  if (firstFactor.kind === 'none') return 'no password is checked there'
  return requireGroups.length === 0
    ? 'all users may sign in there'
    : 'fewer people are refused there'
}
