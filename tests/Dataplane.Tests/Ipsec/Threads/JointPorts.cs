using System.Diagnostics;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Ipsec.Threads;

/// <summary>A clear and a cipher port that one wait can serve: what comes to them is what the test gives, and they note which thread took it.</summary>
internal sealed class JointPorts : IDisposable
{
    private readonly object _gate = new();
    private readonly List<(string? Thread, int Length)> _taken = [];
    private readonly BufferPool _buffers = new(BufferPool.SuperframeCapacity, 64);

    public JointPorts() => (Clear, Cipher) = (new ClearSide(this), new CipherSide(this));

    public ClearSide Clear { get; }

    public CipherSide Cipher { get; }

    /// <summary>The processor packets arrive on.</summary>
    public required int Processor { get; init; }

    /// <summary>Whether the waits may be joined.</summary>
    public bool CanJoin { get; init; } = true;

    public bool IsJoined { get; private set; }

    /// <summary>Waits until a condition holds of the ports, asked under their lock; false after long patience.</summary>
    public bool Await(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!condition())
            {
                if (!Monitor.Wait(_gate, TestThread.Patience) || Stopwatch.GetElapsedTime(start) > TestThread.Patience)
                {
                    return condition();
                }
            }

            return true;
        }
    }

    /// <summary>Waits until so many packets were taken of all that ever came; who took each, and its length.</summary>
    public (string? Thread, int Length)[] Taken(int count)
    {
        Assert.True(Await(() => _taken.Count >= count), "packets were left");
        return [.. _taken];
    }

    public void Dispose()
    {
        Clear.Interrupt();
        Cipher.Interrupt();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
        }
    }

    private void Take(Queue<int[]> batches, PacketBatch batch)
    {
        foreach (var length in batches.Dequeue())
        {
            var packet = _buffers.TryRent()!;
            packet.SetLength(length).Clear();
            batch.Add(packet);
            _taken.Add((Thread.CurrentThread.Name, length));
        }

        Monitor.PulseAll(_gate);
    }

    internal abstract class Side(JointPorts ports)
    {
        public int Mtu => 1500;

        public int BatchSize => PacketBatch.DefaultCapacity;

        public PortStats Stats => default;

        public bool IsOver { get; private set; }

        /// <summary>The thread that was told that the port is over.</summary>
        public string? Ended { get; private set; }

        protected Queue<int[]> Batches { get; } = [];

        protected JointPorts Ports => ports;

        public bool HasWaiting => Batches.Count > 0;

        public void Bring(params int[] batch) => ports.Change(() => Batches.Enqueue(batch));

        public bool Receive(PacketBatch batch)
        {
            lock (ports._gate)
            {
                while (!IsOver && Batches.Count == 0 && !EndsForAnother)
                {
                    Monitor.Wait(ports._gate);
                }

                if (IsOver)
                {
                    Ended = Thread.CurrentThread.Name;
                    Monitor.PulseAll(ports._gate);
                    return false;
                }

                _ = TryTake(batch);
                return true;
            }
        }

        public void Interrupt() => ports.Change(() => IsOver = true);

        public void Dispose() => Interrupt();

        protected virtual bool EndsForAnother => false;

        protected bool TryTake(PacketBatch batch)
        {
            lock (ports._gate)
            {
                if (IsOver || Batches.Count == 0)
                {
                    return false;
                }

                ports.Take(Batches, batch);
                return true;
            }
        }
    }

    internal sealed class ClearSide(JointPorts ports) : Side(ports), IClearPort, IEntrustedPort
    {
        public string Name => "clear";

        public IEntrustedPort? Entrusted => this;

        public bool HoldsMore => false;

        public bool TryReceive(PacketBatch batch) => TryTake(batch);

        public void Inject(PacketBatch batch) => batch.Clear();
    }

    internal sealed class CipherSide(JointPorts ports) : Side(ports), ICipherPort, IJointWait
    {
        public string Name => "cipher";

        public IJointWait? JointWait => this;

        public Action? Meanwhile { get; set; }

        public PacketArrival? LatestArrival => new(Ports.Processor, Stopwatch.GetTimestamp());

        protected override bool EndsForAnother => Ports.IsJoined && (Ports.Clear.HasWaiting || Ports.Clear.IsOver);

        public bool TryJoin(IEntrustedPort other)
        {
            Assert.Same(Ports.Clear, other);
            Ports.Change(() => Ports.IsJoined = Ports.CanJoin);
            return Ports.CanJoin;
        }

        public void Part(IEntrustedPort other)
        {
            Assert.Same(Ports.Clear, other);
            Ports.Change(() => Ports.IsJoined = false);
        }

        public void Send(PacketBatch batch) => batch.Clear();

        public void Pass(PacketBatch batch) => batch.Clear();
    }
}
