using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ipsec;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>That one thread does for both directions while little comes, and only then; that nothing is lost or overtaken when a port changes hands.</summary>
public sealed class StandInTests : IDisposable
{
    private const string Out = "test out 0";
    private const string In = "test in 0";

    // More than it takes to choose where to sit; with all that follows they are still little if they come at once.
    private const int Arrivals = 12;
    private const int Gathered = 1 + Arrivals + 1;
    private const int Pairs = 4;
    private const int Short = 40;

    // More than little within any time.
    private static readonly int[] Burst = [.. Enumerable.Repeat(64_000, 10)];

    private readonly JointPorts _ports = new() { Processor = 5 };
    private readonly EnginePool _pool = new(new EnginePoolModel { Engines = 0 }, new CpuLedger());

    public void Dispose()
    {
        _ports.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Receive_LittleComes_OneThreadServesBothUntilMuchComes()
    {
        using var plane = Started(_ports, gathers: true);
        Gather();
        Assert.True(_ports.Await(() => _ports.IsJoined));
        for (var length = Short + 1; length <= Short + Pairs; length++)
        {
            _ports.Clear.Bring(length);
            _ports.Cipher.Bring(length);
            Assert.All(_ports.Taken(Gathered + (2 * (length - Short)))[^2..], static taken => Assert.Equal(In, taken.Thread));
        }

        _ports.Clear.Bring(Burst);
        Assert.True(_ports.Await(() => !_ports.IsJoined));
        _ports.Clear.Bring(Short);
        var taken = _ports.Taken(Gathered + (2 * Pairs) + Burst.Length + 1);
        Assert.All(taken[^(Burst.Length + 1)..^1], static burst => Assert.Equal(In, burst.Thread));
        Assert.Equal(Out, taken[^1].Thread);
    }

    /// <summary>Whatever the first packet needs is compiled with it waiting; standing in is to be among that, and not to wait for a later one.</summary>
    [Fact]
    public void Start_NothingCame_OneThreadWaitsForBothUntilTheFirstPacket()
    {
        using var plane = Started(_ports, gathers: true);
        Assert.True(_ports.Await(() => _ports.IsJoined));
        _ports.Clear.Bring(Short);
        Assert.Equal(In, _ports.Taken(1)[0].Thread);
        Assert.True(_ports.Await(() => !_ports.IsJoined));
        _ports.Clear.Bring(Short);
        Assert.Equal(Out, _ports.Taken(2)[1].Thread);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Receive_NotToGatherOrNotToBeJoined_EachThreadServesItsOwn(bool gathers, bool canJoin)
    {
        using var ports = new JointPorts { Processor = 5, CanJoin = canJoin };
        using var plane = Started(ports, gathers);
        for (var arrived = 0; arrived < Arrivals; arrived++)
        {
            ports.Cipher.Bring(Short);
            ports.Clear.Bring(Short);
            _ = ports.Taken(2 * (arrived + 1));
        }

        Assert.Equal(Arrivals, ports.Taken(2 * Arrivals).Count(static taken => taken.Thread == Out));
        Assert.False(ports.IsJoined);
    }

    [Fact]
    public void Receive_MuchComesToTheOtherPort_GivesBackToo()
    {
        using var plane = Started(_ports, gathers: true);
        Gather();
        Assert.True(_ports.Await(() => _ports.IsJoined));

        // Joined comes before left, and what comes in between is not answered by giving back.
        _ports.Clear.Bring(Short);
        Assert.Equal(In, _ports.Taken(Gathered + 1)[^1].Thread);
        _ports.Cipher.Bring(Burst);
        Assert.True(_ports.Await(() => !_ports.IsJoined));
        _ports.Clear.Bring(Short);
        Assert.Equal(Out, _ports.Taken(Gathered + 1 + Burst.Length + 1)[^1].Thread);
    }

    [Fact]
    public void Interrupt_PortThatIsLeft_ItsOwnThreadIsTold()
    {
        using var plane = Started(_ports, gathers: true);
        Gather();
        Assert.True(_ports.Await(() => _ports.IsJoined));
        _ports.Clear.Interrupt();
        Assert.True(_ports.Await(() => _ports.Clear.Ended == Out));
        _ports.Cipher.Bring(Short);
        Assert.Equal(In, _ports.Taken(Gathered + 1)[^1].Thread);
    }

    [Fact]
    public void Interrupt_PortOfTheThreadThatStandsIn_TheOtherHasItsOwnAgain()
    {
        using var plane = Started(_ports, gathers: true);
        Gather();
        Assert.True(_ports.Await(() => _ports.IsJoined));
        _ports.Cipher.Interrupt();
        Assert.True(_ports.Await(() => _ports.Cipher.Ended == In && !_ports.IsJoined));
        _ports.Clear.Bring(Short);
        _ports.Clear.Bring(Short);
        Assert.All(_ports.Taken(Gathered + 2)[^2..], static taken => Assert.Equal(Out, taken.Thread));
    }

    [Fact]
    public async Task Dispose_WhileOneThreadRests_EndsBoth()
    {
        var plane = Started(_ports, gathers: true);
        Gather();
        Assert.True(_ports.Await(() => _ports.IsJoined));
        Assert.NotNull(_ports.Cipher.Meanwhile);
        await Task.Run(plane.Dispose, TestContext.Current.CancellationToken).WaitAsync(TestThread.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((Out, In, (Action?)null), (_ports.Clear.Ended, _ports.Cipher.Ended, _ports.Cipher.Meanwhile));
    }

    /// <summary>The thread that was to stand in ends before it could, and the other must not wait for it.</summary>
    [Fact]
    public async Task Start_ThreadThatEndsAtOnce_OtherHasItsOwnAndBothEndInOrder()
    {
        var plane = Started(_ports, gathers: true, new CryptoEngines(new NoSuites()));
        Assert.True(SpinWait.SpinUntil(() => plane.Failure is not null, TestThread.Patience));
        _ports.Clear.Bring(Short);
        Assert.Equal(Out, _ports.Taken(1)[0].Thread);
        await Task.Run(plane.Dispose, TestContext.Current.CancellationToken).WaitAsync(TestThread.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((Out, false), (_ports.Clear.Ended, _ports.IsJoined));
    }

    /// <summary>A thousand packets through a port that changes hands by chance.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rest_AndGiveBackByChance_NoneIsLostOrOvertaken(int seed)
    {
        const int Packets = 1000;
        using var hands = new TwoHands(_ports, seed);
        var dice = new Random(seed);
        for (var packet = 1; packet <= Packets; packet++)
        {
            _ports.Clear.Bring(packet);
            if (dice.Next(8) == 0)
            {
                _ = _ports.Taken(packet);
            }
        }

        _ = _ports.Taken(Packets);
        _ports.Cipher.Interrupt();
        _ports.Clear.Interrupt();
        await hands.Ended.WaitAsync(TestThread.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, Packets), hands.Order);
        Assert.True(hands.Changes > 0, "the port never changed hands");
    }

    // The last of them is one for the thread that is to rest, which sees by it that little comes.
    private void Gather()
    {
        // The port is left from the start; who gathered before that would keep it.
        Assert.True(_ports.Await(() => _ports.IsJoined));
        _ports.Clear.Bring(Short);
        Assert.Equal(In, _ports.Taken(1)[0].Thread);
        Assert.True(_ports.Await(() => !_ports.IsJoined));
        for (var arrived = 1; arrived <= Arrivals; arrived++)
        {
            _ports.Cipher.Bring(Short);
            _ = _ports.Taken(1 + arrived);
        }

        _ports.Clear.Bring(Short);
        Assert.Equal(Out, _ports.Taken(Gathered)[^1].Thread);
    }

    private DataPlane Started(JointPorts ports, bool gathers, CryptoEngines? crypto = null)
    {
        var plane = new DataPlane(new DataPlaneOptions
        {
            Name = "test",
            ClearPorts = [ports.Clear],
            CipherPorts = [ports.Cipher],
            Pool = _pool,
            Crypto = crypto ?? new CryptoEngines(new PlatformEngine()),
            Ledger = new CpuLedger(),
            Packets = new BufferPool(BufferPool.PacketCapacity, 64),
            Superframes = new BufferPool(BufferPool.SuperframeCapacity, 1),
            Placement = ThreadPlacement.Free with { Gathers = gathers ? [ports.Processor] : [] },
            Events = new RecordedEvents(),
        });
        plane.Start();
        return plane;
    }

    // With which nothing can be rehearsed.
    private sealed class NoSuites : ICryptoEngine
    {
        public string Name => "none";

        public string Instructions => "none";

        public bool Supports(CipherSuite suite) => false;

        public bool Supports(IntegrityAlgorithm algorithm) => false;

        public IPacketCipher CreateCipher(CipherSuite suite, SuiteKeys keys, bool extendedSequenceNumbers) => throw new NotSupportedException();

        public IPacketMac CreateMac(IntegrityAlgorithm algorithm, SecretBytes key) => throw new NotSupportedException();
    }

    // Both threads of a port that is left after each batch and given back by chance.
    private sealed class TwoHands : IDisposable
    {
        private readonly JointPorts _ports;
        private readonly StandIn _standIn;
        private readonly Random _chance;

        public TwoHands(JointPorts ports, int seed)
        {
            (_ports, _chance) = (ports, new Random(~seed));
            _standIn = new StandIn(new LinePort("left", null, PacketBatch.DefaultCapacity, ports.Clear.Receive, static () => false, static _ => { }, Polled: null, Entrusted: ports.Clear), ports.Cipher);
            Ended = Task.WhenAll(
                Task.Factory.StartNew(Serve, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
                Task.Factory.StartNew(ServeForIt, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }

        public Task Ended { get; }

        public List<int> Order { get; } = [];

        public int Changes { get; private set; }

        public void Dispose() => _standIn.Dispose();

        private void Serve()
        {
            using var batch = new PacketBatch();
            while (_ports.Clear.Receive(batch))
            {
                Admit(batch);
                _standIn.Rest();
            }
        }

        private void ServeForIt()
        {
            using var batch = new PacketBatch();
            while (_ports.Cipher.Receive(batch))
            {
                if (!_standIn.IsOnDuty)
                {
                    continue;
                }

                var isReceived = _standIn.TryReceive(batch);
                Admit(batch);
                if (!isReceived || _chance.Next(3) == 0)
                {
                    Changes++;
                    _standIn.GiveBack();
                }
            }

            _standIn.End();
        }

        // A thread that loses its processor here is overtaken by another that should not have the port.
        private void Admit(PacketBatch batch)
        {
            Thread.Yield();
            Order.AddRange(batch.Slots[..batch.Count].ToArray().Select(static packet => packet!.Length));
            batch.Clear();
        }
    }
}
