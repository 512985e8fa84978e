import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const pfsense: Preset = {
  title: 'pfSense',
  settings: {
    patience: { value: '5s', from: 'unverified' },
    challenges: {
      value: false,
      from: 'unverified',
      because: 'neither its web pages nor its OpenVPN ask a second time',
    },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'pfsense-source' },
    { value: 'ms-chapv2', from: 'pfsense-source' },
    { value: 'eap', from: 'unverified', because: 'IPsec with IKEv2' },
  ],
  sending: { ...every(5, 3), from: 'unverified' },
  timers: [{ text: 'Authentication time-out: 5 s.', from: 'unverified' }],
  advice: [
    { text: 'Set the authentication time-out to 30 to 60 s.', from: 'microsoft-mfa-server' },
    { text: 'Set the protocol to PAP.', from: 'unverified' },
  ],
  advisedPatience: '30s',
  groups: [
    {
      name: 'Class',
      use: 'names of groups, repeated or separated by ;, each with or without ou= in front',
      from: 'pfsense-source',
    },
  ],
  device: [],
  quirks: [
    {
      id: 'groups-must-exist',
      text: 'Only groups that exist on pfSense with the same name count.',
      from: 'unverified',
    },
  ],
}
