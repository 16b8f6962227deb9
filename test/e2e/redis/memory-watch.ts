/** How much memory processes have, and how many they are. */
export interface Reading {
  readonly bytes: number;
  readonly processes: number;
}

/** Looks ten times a second at what processes have together, until its end. */
export class MemoryWatch {
  private peak: Reading = { bytes: 0, processes: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly read: () => Reading) {
    this.timer = setInterval(() => this.look(), 100).unref();
  }

  /** The most bytes, and the most processes, that there were at a time. */
  end(): Reading {
    clearInterval(this.timer);
    this.look();
    return this.peak;
  }

  private look(): void {
    const { bytes, processes } = this.read();
    this.peak = {
      bytes: Math.max(this.peak.bytes, bytes),
      processes: Math.max(this.peak.processes, processes),
    };
  }
}
