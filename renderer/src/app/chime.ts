/** Two short tones, made rather than loaded: there is no file to fetch. */
export function playChime(): void {
  const context = new AudioContext();
  const tones = [
    { frequency: 660, at: 0 },
    { frequency: 880, at: 0.16 },
  ];
  for (const { frequency, at } of tones) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = frequency;
    const start = context.currentTime + at;
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.16, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.28);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.3);
  }
  setTimeout(() => void context.close(), 800);
}
