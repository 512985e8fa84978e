import type { Config, GatewayConfig } from '../config/index.ts'

/** Groups that rules of gateways look for in this directory, each once. */
export function groupsInRules({ gateways }: Config, directory: string): readonly string[] {
  const named = Object.values(gateways)
    .filter((gateway) => directoriesOf(gateway).includes(directory))
    .flatMap(({ requireGroups, denyGroups }) => [...requireGroups, ...denyGroups])
  return [...new Map(named.map((group) => [group.toLowerCase(), group])).values()]
}

function directoriesOf({ firstFactor }: GatewayConfig): readonly string[] {
  return firstFactor.kind === 'none' ? firstFactor.directories : firstFactor.names
}
