export interface TimelineDifference {
  /** Row of docs/compatibility.md that says why. */
  readonly row: string;
  readonly ours: {
    readonly answers: readonly string[];
    readonly notifications: readonly string[];
  };
}

/** What our clients see instead of the recorded order, by the scenario's first word. */
export const TIMELINE_DIFFERENCES: Readonly<Record<string, TimelineDifference>> = {
  M2: {
    row: "print-start-queues",
    ours: {
      answers: [
        "post_job -> paused [b.gcode]",
        "start -> paused [b.gcode]",
        "status -> paused [b.gcode]",
      ],
      notifications: [
        "jobs_added paused [a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
        "jobs_added paused [b.gcode]",
      ],
    },
  },
  A3: {
    row: "print-start-queues",
    ours: {
      answers: ["post_job -> ready [b.gcode]", "status -> paused []"],
      notifications: [
        "jobs_added paused [a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
        "jobs_added paused [b.gcode]",
        "state_changed ready",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A4: {
    row: "print-start-queues",
    ours: {
      answers: [
        "pause -> paused []",
        "post_job -> paused [b.gcode]",
        "start -> loading [b.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
        "jobs_added paused [b.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A5: {
    row: "print-start-queues",
    ours: {
      answers: [
        "start -> paused []",
        "post_job -> ready [b.gcode]",
        "start -> ready [b.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
        "jobs_added paused [b.gcode]",
        "state_changed ready",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A9: {
    row: "queued-bytes-stay",
    ours: {
      answers: [
        "post_job -> paused [gone.gcode a.gcode]",
        "start -> loading [gone.gcode a.gcode]",
        "start -> ready [a.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [gone.gcode a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A11: {
    row: "short-prints",
    ours: {
      answers: [
        "post_job -> paused [tiny1.gcode tiny2.gcode tiny3.gcode]",
        "start -> loading [tiny1.gcode tiny2.gcode tiny3.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [tiny1.gcode tiny2.gcode tiny3.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [tiny2.gcode tiny3.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [tiny3.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A12: {
    row: "short-prints",
    ours: {
      answers: [
        "post_job -> paused [tiny1.gcode tiny1.gcode tiny1.gcode]",
        "start -> loading [tiny1.gcode tiny1.gcode tiny1.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [tiny1.gcode tiny1.gcode tiny1.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [tiny1.gcode tiny1.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [tiny1.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  A14: {
    row: "dry-queue-pauses",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode]",
        "start -> loading [a.gcode b.gcode]",
        "delete_job -> paused []",
        "post_job -> paused [c.gcode]",
        "status -> paused [c.gcode]",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode]",
        "jobs_removed ready []",
        "state_changed paused",
        "jobs_added paused [c.gcode]",
      ],
    },
  },
  T4: {
    row: "dry-queue-pauses",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode c.gcode]",
        "start -> loading [a.gcode b.gcode c.gcode]",
        "delete_job -> paused []",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode c.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode c.gcode]",
        "state_changed loading",
        "jobs_removed loading []",
        "state_changed paused",
      ],
    },
  },
  A15: {
    row: "lost-klippy-pauses",
    ours: {
      answers: [
        "post_job -> paused [long.gcode a.gcode]",
        "start -> loading [long.gcode a.gcode]",
        "start -> paused [a.gcode]",
        "status -> paused [a.gcode]",
        "status -> paused [a.gcode]",
      ],
      notifications: [
        "jobs_added paused [long.gcode a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [a.gcode]",
        "state_changed paused",
      ],
    },
  },
  A16: {
    row: "lost-klippy-pauses",
    ours: {
      answers: [
        "post_job -> paused [long.gcode a.gcode]",
        "start -> loading [long.gcode a.gcode]",
        "status -> paused [a.gcode]",
        "start -> paused [a.gcode]",
        "status -> paused [a.gcode]",
        "status -> paused [a.gcode]",
        "status -> paused [a.gcode]",
      ],
      notifications: [
        "jobs_added paused [long.gcode a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [a.gcode]",
        "state_changed paused",
      ],
    },
  },
  L3: {
    row: "lost-klippy-pauses",
    ours: {
      answers: [
        "post_job -> paused [long.gcode a.gcode]",
        "start -> loading [long.gcode a.gcode]",
        "status -> paused [a.gcode]",
      ],
      notifications: [
        "jobs_added paused [long.gcode a.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [a.gcode]",
        "state_changed paused",
      ],
    },
  },
  A18: {
    row: "queue-survives",
    ours: {
      answers: [
        "post_job -> paused [a.gcode]",
        "status -> paused [a.gcode]",
        "status -> paused [a.gcode]",
      ],
      notifications: ["jobs_added paused [a.gcode]"],
    },
  },
  A20: {
    row: "macro-methods",
    ours: {
      answers: ["post_job -> paused [a.gcode]", "status -> paused [a.gcode]"],
      notifications: ["jobs_added paused [a.gcode]"],
    },
  },
  T5: {
    row: "nothing-waits",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode c.gcode]",
        "start -> loading [a.gcode b.gcode c.gcode]",
        "delete_job -> paused []",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode c.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode c.gcode]",
        "state_changed loading",
        "jobs_removed loading []",
        "state_changed paused",
      ],
    },
  },
  T6: {
    row: "jump-notifies",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode c.gcode]",
        "start -> loading [a.gcode b.gcode c.gcode]",
        "status -> loading [b.gcode c.gcode]",
        "jump -> loading [c.gcode b.gcode]",
        "status -> loading [b.gcode]",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode c.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode c.gcode]",
        "state_changed loading",
        "jobs_added loading [c.gcode b.gcode]",
        "state_changed starting",
        "job_loaded ready [b.gcode]",
        "state_changed loading",
      ],
    },
  },
  T7: {
    row: "nothing-waits",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode c.gcode]",
        "start -> loading [a.gcode b.gcode c.gcode]",
        "status -> loading [b.gcode c.gcode]",
        "jump -> loading [c.gcode b.gcode]",
        "status -> paused []",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode c.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode c.gcode]",
        "state_changed loading",
        "jobs_added loading [c.gcode b.gcode]",
        "state_changed starting",
        "job_loaded ready [b.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded paused []",
      ],
    },
  },
  T8: {
    row: "disturbed-recording",
    ours: {
      answers: [
        "post_job -> paused [a.gcode b.gcode c.gcode]",
        "start -> loading [a.gcode b.gcode c.gcode]",
      ],
      notifications: [
        "jobs_added paused [a.gcode b.gcode c.gcode]",
        "state_changed loading",
        "state_changed starting",
        "job_loaded ready [b.gcode c.gcode]",
      ],
    },
  },
  L2: {
    row: "explicit-pause-stays",
    ours: {
      answers: [
        "post_job -> paused [a.gcode]",
        "pause -> paused [a.gcode]",
        "status -> paused [a.gcode]",
      ],
      notifications: ["jobs_added paused [a.gcode]"],
    },
  },
};
