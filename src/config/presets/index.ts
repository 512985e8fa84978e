// What is known of each kind of gateway: one file of data each. Imports nothing of ours.

import { checkPoint } from './firewalls/check-point.ts'
import { ciscoAsa } from './firewalls/cisco-asa.ts'
import { ciscoFtd } from './firewalls/cisco-ftd.ts'
import { fortigate } from './firewalls/fortigate.ts'
import { juniper } from './firewalls/juniper.ts'
import { opnsense } from './firewalls/opnsense.ts'
import { paloAlto } from './firewalls/palo-alto.ts'
import { pfsense } from './firewalls/pfsense.ts'
import { sophos } from './firewalls/sophos.ts'
import { stormshield } from './firewalls/stormshield.ts'
import { awsDirectoryService } from './hosts/aws-directory-service.ts'
import { pamRadius } from './hosts/pam-radius.ts'
import { rdGateway } from './hosts/rd-gateway.ts'
import { arubaCx } from './networks/aruba-cx.ts'
import { arubaWifi } from './networks/aruba-wifi.ts'
import { ciscoIos } from './networks/cisco-ios.ts'
import { meraki } from './networks/meraki.ts'
import { mikrotik } from './networks/mikrotik.ts'
import { unifi } from './networks/unifi.ts'
import type { Preset, PresetSettings } from './preset.ts'
import { freeradiusProxy } from './proxies/freeradius-proxy.ts'
import { radsecproxy } from './proxies/radsecproxy.ts'
import { netscaler } from './vpn/netscaler.ts'
import { ocserv } from './vpn/ocserv.ts'
import { openvpn } from './vpn/openvpn.ts'
import { softether } from './vpn/softether.ts'
import { strongswan } from './vpn/strongswan.ts'
import { windowsRras } from './vpn/windows-rras.ts'

export { describePreset, type Section } from './describe.ts'
export type { Line } from './line.ts'
export type { Fact, Preset, Sourced } from './preset.ts'
export type { Sending } from './sending.ts'
export { type Source, sources } from './sources.ts'

/** Each preset, by the name that `preset:` takes. */
export const presets = {
  'aruba-cx': arubaCx,
  'aruba-wifi': arubaWifi,
  'aws-directory-service': awsDirectoryService,
  'check-point': checkPoint,
  'cisco-asa': ciscoAsa,
  'cisco-ftd': ciscoFtd,
  'cisco-ios': ciscoIos,
  fortigate,
  'freeradius-proxy': freeradiusProxy,
  juniper,
  meraki,
  mikrotik,
  netscaler,
  ocserv,
  openvpn,
  opnsense,
  'palo-alto': paloAlto,
  'pam-radius': pamRadius,
  pfsense,
  radsecproxy,
  'rd-gateway': rdGateway,
  softether,
  sophos,
  stormshield,
  strongswan,
  unifi,
  'windows-rras': windowsRras,
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets

export const presetNames = Object.keys(presets) as readonly PresetName[]

/** The preset of this name, or of a product that also has this name. */
export function findPreset(name: unknown): PresetName | undefined {
  return presetNames.find((preset) => {
    const { alsoCalled = [] }: Preset = presets[preset]
    return preset === name || alsoCalled.some((other) => other === name)
  })
}

/** What a preset sets, as it would appear in the file: `{ patience: '5s', challenges: true }`. */
export function settingsOf(name: PresetName): Readonly<Record<string, string | boolean>> {
  const settings: PresetSettings = presets[name].settings
  return Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value]))
}
