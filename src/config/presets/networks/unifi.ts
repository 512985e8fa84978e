import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const unifi: Preset = {
  title: 'Ubiquiti UniFi',
  settings: {
    challenges: {
      value: false,
      from: 'rublon',
      because: 'calls, notifications and appended codes are listed as working, sent codes are not',
    },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'ms-chapv2', from: 'unverified', because: 'L2TP' },
    { value: 'pap', from: 'unverified', because: 'L2TP and OpenVPN' },
    { value: 'eap', from: 'unverified', because: 'Wi-Fi' },
  ],
  sending: { ...every(5, 3), from: 'unverified' },
  timers: [{ text: 'The time-out it comes with is not known.', from: 'unverified' }],
  advice: [
    {
      text: 'Let people approve a call, or type the code after the password.',
      from: 'rublon',
    },
  ],
  groups: [
    {
      name: 'Tunnel-Private-Group-Id',
      use: 'VLAN, with Tunnel-Type 13 and Tunnel-Medium-Type 6',
      from: 'unverified',
    },
    { name: 'Filter-Id', use: 'group', from: 'unverified' },
  ],
  device: [
    {
      name: 'Calling-Station-Id',
      use: 'MAC address on Wi-Fi; what it holds for a VPN is not known',
      from: 'rfc3580',
    },
  ],
  quirks: [],
}
