using System.Net.Sockets;
using System.Threading.Channels;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Local;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Commands;

namespace Control.Tests.Daemon.Commands;

/// <summary>A system that refuses every connection, as one without descriptors does, is asked ever less often and spoken of twice.</summary>
public sealed class CommandServerFailureTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipsecdp-refused-");
    private readonly StringWriter _lines = new();
    private readonly FiredClock _clock = new();

    private string Place => OperatingSystem.IsWindows() ? _folder.Name : Path.Combine(_folder.FullName, "commands");

    [Fact]
    public async Task Accept_ThatFailsForALongTime_IsTriedAgainAfterLongerAndLongerAndToldTwice()
    {
        using var listener = OwnerListener.Open(Place);
        var tries = 0;
        using (var log = new DaemonLog(TextWriter.Synchronized(_lines)))
        {
            Task<Stream> Accept(CancellationToken end) => Interlocked.Increment(ref tries) switch
            {
                <= 4 => throw new AdapterException("no descriptor is left"),
                5 => throw new SocketException((int)SocketError.TooManyOpenSockets),
                <= 8 => throw new IOException("still none"),
                _ => listener.AcceptAsync(end),
            };
            using var server = new CommandServer(Accept, null, request => new CommandReply(true, request.Name), log, Patience, _clock);
            foreach (var milliseconds in new[] { 100, 200, 400, 800, 1600, 3200, 5000, 5000 })
            {
                var (pause, fire) = await _clock.NextAsync();
                Assert.Equal(milliseconds, pause.TotalMilliseconds);
                fire();
            }

            Assert.True((await CommandClient.AskAsync(Place, new CommandRequest(CommandKind.StartTunnel, "x"), Patience)).IsDone);
        }

        var lines = _lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("no descriptor is left", Assert.Single(lines, line => line.Contains("connection for commands failed", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains("taken again, after 8 failures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accept_ThatNeverSucceeds_IsAskedNoMoreThanTheClockSaysAndEndsWhenItShould()
    {
        var tries = 0;
        using (var log = new DaemonLog(TextWriter.Synchronized(_lines)))
        {
            Task<Stream> Accept(CancellationToken end)
            {
                tries++;
                return Task.FromException<Stream>(new AdapterException("refused"));
            }

            using (new CommandServer(Accept, null, _ => new CommandReply(true, null), log, Patience, _clock))
            {
                (await _clock.NextAsync()).Fire();
                await _clock.NextAsync();
                Assert.Equal(2, tries);
            }
        }

        Assert.DoesNotContain("taken again", _lines.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A clock whose timers wait to be fired by hand.</summary>
    private sealed class FiredClock : TimeProvider
    {
        private readonly Channel<(TimeSpan Pause, Action Fire)> _timers = Channel.CreateUnbounded<(TimeSpan, Action)>();

        public async Task<(TimeSpan Pause, Action Fire)> NextAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            return await _timers.Reader.ReadAsync(patience.Token);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Writer.TryWrite((dueTime, () => callback(state)));
            return new Idle();
        }

        private sealed class Idle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
