import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { CommandError, sh } from '../daemon/shell.ts';
import { childrenOf } from '../namespace/record.ts';
import { NAMESPACE } from '../paths.ts';
import type { LabHost } from '../topology.ts';

/** A host answers within 3 s; this is the limit on a machine that is busy or emulated. */
export const bootLimitMs = 150_000;

/** A host as a machine with a power button: one lxc-start in the foreground; when it exits, the machine is off. */
export class Machine {
  readonly host: LabHost;
  private process: ChildProcess | undefined;
  private starting: Promise<void> | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(host: LabHost) {
    this.host = host;
  }

  get on(): boolean {
    return this.process !== undefined;
  }

  /** PID of its init, which changes with each boot; undefined while it is off. */
  get init(): number | undefined {
    return childrenOf(this.process?.pid ?? 0)[0];
  }

  /** Switches on; resolves when its init runs. `onEnd` is called when it goes off for any reason. No effect if it is on. */
  powerOn(onEnd: () => void): Promise<void> {
    this.starting ??= this.boot(onEnd).finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Asks the operating system to shut down, and waits for that; after `graceSeconds` its power is cut. */
  async shutDown(graceSeconds: number): Promise<void> {
    if (!this.on) return;
    await this.lxc('lxc-stop', ['-t', String(graceSeconds)], (graceSeconds + 20) * 1000).catch(() => undefined);
    await this.ended;
  }

  /** Cuts the power: every process of the machine is killed at once. */
  async cutPower(): Promise<void> {
    if (!this.on) return;
    await this.lxc('lxc-stop', ['-k']).catch(() => undefined);
    await this.ended;
  }

  /** Asks the operating system to reboot; returns at once. */
  async reboot(): Promise<void> {
    await this.lxc('lxc-stop', ['-r', '--nokill', '-W']);
  }

  /** Freezes or resumes every process, containers included; the kernel keeps their connections open. */
  async freeze(frozen: boolean): Promise<void> {
    await this.lxc(frozen ? 'lxc-freeze' : 'lxc-unfreeze', []);
  }

  /** Sends a signal to every process of this command name, containers included; returns whether there was one. */
  async signal(signal: 'STOP' | 'CONT', command: string): Promise<boolean> {
    // The kernel keeps 15 characters of a name.
    const name = command.slice(0, 15).replace(/[.+]/g, '\\$&');
    try {
      await this.lxc('lxc-attach', ['--clear-env', '--', '/usr/bin/pkill', `-${signal}`, '-x', name]);
      return true;
    } catch (error) {
      if (error instanceof CommandError && error.code === 1 && error.stderr === '') return false;
      throw error;
    }
  }

  /** The first line that its SSH server sends, or undefined if nothing answers within a second. */
  banner(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host: this.host.address, port: 22 });
      const finish = (answer: string | undefined) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(1000, () => finish(undefined));
      socket.once('data', (data: Buffer) => finish(data.toString().split('\r\n')[0]));
      socket.once('error', () => finish(undefined));
      socket.once('end', () => finish(undefined));
    });
  }

  /** Resolves when its SSH server answers; throws if it does not within `limitMs`. */
  async answering(limitMs: number): Promise<void> {
    const end = Date.now() + limitMs;
    while ((await this.banner()) === undefined) {
      if (Date.now() > end)
        throw new Error(
          `${this.host.name} was switched on, but its SSH server does not answer after ${limitMs / 1000} s; its console:\n` +
            lastLines(`${NAMESPACE.log}/${this.host.name}.console`),
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async boot(onEnd: () => void): Promise<void> {
    if (this.process !== undefined) return;
    // A port of the previous boot may linger while the kernel removes its namespace.
    await sh('ip', ['link', 'del', this.host.port]).catch(() => undefined);
    const log = `${NAMESPACE.log}/${this.host.name}.lxc`;
    const sink = openSync(log, 'a');
    const child = spawn('lxc-start', ['-F', '-P', NAMESPACE.lxc, '-n', this.host.name, '-l', 'WARN', '-o', log], {
      stdio: ['ignore', sink, sink],
    });
    closeSync(sink);
    this.process = child;
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        this.process = undefined;
        resolve();
        onEnd();
      });
    });
    await Promise.race([this.lxc('lxc-wait', ['-s', 'RUNNING', '-t', '100'], 110_000), this.ended]);
    if (!this.on)
      throw new Error(`${this.host.name} did not start; LXC reports:
${lastLines(log)}`);
  }

  private lxc(command: string, args: readonly string[], timeoutMs = 30_000): Promise<string> {
    return sh(command, ['-P', NAMESPACE.lxc, '-n', this.host.name, ...args], { timeoutMs });
  }
}

function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  // LXC writes everything twice: to its log, and to standard error.
  return lines
    .filter((line) => !line.startsWith('lxc-start: '))
    .slice(-8)
    .join('\n');
}
