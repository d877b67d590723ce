using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Overload;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>Who serves the ports, and when helping gives way to them.</summary>
public sealed class LineThreadsTests : IDisposable
{
    private const int Jobs = 5;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(3);

    private readonly ManualTime _time = new();
    private readonly EnginePool _pool;
    private readonly OrderedLane _lane = new();
    private int _ran;

    public LineThreadsTests() => _pool = new EnginePool(new EnginePoolModel { Engines = 1, Rule = new NeedHelpRule { AlternateWait = Wait }, Time = _time }, new CpuLedger());

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_PortsOfOneProcessor_HaveOneThreadWhereThatIsAskedFor(bool shares)
    {
        var threads = new HashSet<string?>();
        using var done = new CountdownEvent(2);
        ScriptedPort[] ports = [Noting("clear"), Noting("cipher")];
        using (var plane = Plane(ports[0], ports[1], shares))
        {
            plane.Start();
            if (shares)
            {
                Assert.True(done.Wait(TestThread.Patience, TestContext.Current.CancellationToken));
                Assert.Null(plane.Failure);
                Assert.Equal(["test general 0"], threads);
            }
            else
            {
                // Each thread waits at its own port, which a scripted one does not allow.
                Assert.True(SpinWait.SpinUntil(() => plane.Failure is InvalidOperationException, TestThread.Patience));
            }
        }

        ScriptedPort Noting(string name)
        {
            var port = new ScriptedPort(name);
            var isAsked = false;
            port.Precedence = () => isAsked ? -1 : 0;
            port.OnReceive = _ =>
            {
                threads.Add(Thread.CurrentThread.Name);
                isAsked = true;
                done.Signal();
                return false;
            };
            return port;
        }
    }

    [Fact]
    public void Help_MarkedPacketComesMeanwhile_GivesWayToIt() => Assert.Equal(1, RanBeforeTheNextLook(precedenceBehindTheFirst: 4));

    [Fact]
    public void Help_RoutinePacketWaits_GoesOn() => Assert.Equal(Jobs, RanBeforeTheNextLook(precedenceBehindTheFirst: 0));

    /// <summary>What a queue found full means depends on it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Admit_ABatch_TellsWhetherMoreWaitsBehindIt(bool isMoreBehind)
    {
        // Asked for what is behind the batch, then whether to help, then what comes next: by then it is told.
        const int AskedBehindTheBatch = 3;
        var (asked, isGiven, hasBacklog) = (0, false, !isMoreBehind);
        using var isSeen = new ManualResetEventSlim();
        var clear = new ScriptedPort("clear") { OnReceive = _ => isGiven = true };
        clear.Precedence = () =>
        {
            if (isGiven && ++asked >= AskedBehindTheBatch)
            {
                hasBacklog = Backlog.OfThisThread;
                isSeen.Set();
                return -1;
            }

            return !isGiven || isMoreBehind ? 0 : -1;
        };
        using var plane = Plane(clear, new ScriptedPort("cipher"), sharesThreads: true);
        plane.Start();
        Assert.True(isSeen.Wait(TestThread.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(isMoreBehind, hasBacklog);
    }

    // The engine is held and its jobs have waited too long when the line's thread brings its first batch.
    private int RanBeforeTheNextLook(int precedenceBehindTheFirst)
    {
        var (looks, ranAtSecond) = (0, -1);
        using var isSeen = new ManualResetEventSlim();
        var clear = new ScriptedPort("clear");
        clear.Precedence = () => looks == 0 ? 0 : _ran > 0 && ranAtSecond < 0 ? precedenceBehindTheFirst : -1;
        clear.OnReceive = _ =>
        {
            if (looks++ == 0)
            {
                return true;
            }

            ranAtSecond = _ran;
            isSeen.Set();
            return false;
        };
        using (new EngineHold(_pool))
        {
            for (var job = 0; job < Jobs; job++)
            {
                var late = new CountedJob(this);
                _lane.Open(late);
                _pool.Submit(late);
            }

            _time.Pass(Wait * 2);
            using var plane = Plane(clear, new ScriptedPort("cipher"), sharesThreads: true);
            plane.Start();
            Assert.True(isSeen.Wait(TestThread.Patience, TestContext.Current.CancellationToken));
        }

        return ranAtSecond;
    }

    private DataPlane Plane(IClearPort clear, ICipherPort cipher, bool sharesThreads) => new(new DataPlaneOptions
    {
        Name = "test",
        ClearPorts = [clear],
        CipherPorts = [cipher],
        Pool = _pool,
        Crypto = new CryptoEngines(new PlatformEngine()),
        Ledger = new CpuLedger(),
        Packets = new BufferPool(BufferPool.PacketCapacity, 64),
        Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
        Placement = new ThreadPlacement(0, 0, []),
        SharesThreads = sharesThreads,
        Events = new RecordedEvents(),
    });

    private sealed class CountedJob(LineThreadsTests test) : LaneJob
    {
        public override int Bytes => 1000;

        public override ServiceClass Class => ServiceClass.Tcp;

        public override void Run() => test._ran++;

        public override void Deliver()
        {
        }
    }

    // The pool judges waiting by a clock of the Stopwatch's frequency.
    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
