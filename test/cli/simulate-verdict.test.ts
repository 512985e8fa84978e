import { expect } from 'chai'
import { judge, type Played } from '../../src/cli/simulate/verdict.ts'

describe('the verdict on a simulated sign-in', () => {
  const ending = { text: '', askedAtMs: [] }
  const played: Played = {
    user: 'carol',
    startMs: 1_000,
    giveUpAfterMs: 9_000,
    endings: [{ ...ending, kind: 'silence', atMs: 10_000 }],
    prompts: 1,
    answersAtMs: 13_000,
    sent: 3,
    lost: 0,
    ignored: [],
    preset: 'sophos',
    advice: ['Set the time-out to 60 s.'],
  }
  const late = { name: 'Access-Accept', byMs: 3_000 }
  const sentenceOf = (more: Partial<Played>) => judge({ ...played, ...more }).sentence

  it('blames the configuration where it believes in more patience than there is', () => {
    const known = { name: 'vpn', patienceMs: 20_000, marginMs: 1_000 }
    expect(judge({ ...played, late, known })).to.deep.equal({
      sentence: 'The gateway gave up after 9.0 s; the Access-Accept came 3.0 s late.',
      advice: [
        'Holdfast takes vpn for a gateway that waits 20.0 s: write preset: sophos or patience: 9s, so that it is answered in time.',
        'Set the time-out to 60 s.',
      ],
    })
    const right = judge({ ...played, late, known: { ...known, patienceMs: 9_000 } })
    expect(right.advice).to.deep.equal(['Set the time-out to 60 s.'])
  })

  it('says how long the person would have needed', () => {
    const refused = { ...ending, kind: 'reject', atMs: 9_000, text: 'Sorry.' } as const
    const verdict = judge({ ...played, endings: [refused] })
    expect(verdict.sentence).to.equal(
      'Refused after 8.0 s: "Sorry.". The answer would have come 4.0 s later.',
    )
    expect(verdict.advice).to.deep.equal(['Set the time-out to 60 s.'])
    expect(sentenceOf({ endings: [refused], answersAtMs: 5_000 })).to.equal(
      'Refused after 8.0 s: "Sorry.".',
    )
  })

  it('tells a second try from the first, and one prompt from two', () => {
    const isIn = { ...ending, kind: 'accept', atMs: 16_000 } as const
    expect(sentenceOf({ endings: [...played.endings, isIn], late, prompts: 2 })).to.equal(
      'carol is in after 15.0 s, with 2 prompts, at the second try. At the first: the gateway gave up after 9.0 s; the Access-Accept came 3.0 s late.',
    )
    expect(sentenceOf({ endings: [isIn] })).to.equal('carol is in after 15.0 s, with one prompt.')
  })

  it('names the secret where replies prove nothing, and gives up on endless challenges', () => {
    const forged = judge({ ...played, ignored: ['response-authenticator-wrong'] })
    expect(forged.advice).to.deep.equal(['Compare the shared secret on both sides.'])
    const silent = judge(played)
    expect(silent.sentence).to.include('nothing answered any of its packets (3)')
    expect(silent.advice).to.have.length(1)
    const endless = { kind: 'challenge', atMs: 4_000, text: '', askedAtMs: [2_000] } as const
    expect(sentenceOf({ endings: [endless] })).to.equal('Still asked for more after 3.0 s.')
  })
})
