import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const arubaWifi: Preset = {
  title: 'HPE Aruba Wi-Fi controllers',
  settings: {
    patience: {
      value: '5s',
      from: 'unverified',
      because: 'the first of its three tries: a request held longer can mark the server dead',
    },
    challenges: { value: false, from: 'unverified' },
    person_specific_device: {
      value: true,
      from: 'rfc3580',
      because: 'Calling-Station-Id is the MAC address',
    },
  },
  protocols: [{ value: 'eap', from: 'unverified' }],
  sending: { ...every(5, 3), secondServer: true, from: 'unverified' },
  timers: [
    { text: 'Time-out 5 s, 3 tries.', from: 'unverified' },
    {
      text: 'With two servers, one that does not answer is left alone for 10 minutes (dead-time).',
      from: 'aos-docs',
    },
  ],
  advice: [
    { text: 'Hold shortly or not at all: leave the time-out as it is.', from: 'unverified' },
  ],
  groups: [{ name: 'Aruba-User-Role', use: 'role of the person', from: 'freeradius-dictionary' }],
  device: [{ name: 'Calling-Station-Id', use: 'MAC address', from: 'rfc3580' }],
  quirks: [
    {
      id: 'hold-marks-dead',
      text: 'A held request can mark the server dead for all users for 10 minutes.',
      from: 'aos-docs',
    },
    {
      id: 'accounting-marks-dead',
      text: 'A server that never answers accounting is marked dead: switch accounting on in Holdfast before you enter it as accounting server.',
      from: 'unverified',
    },
  ],
}
