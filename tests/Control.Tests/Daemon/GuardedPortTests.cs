using IpsecDp.Daemon;
using IpsecDp.Daemon.Capture;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Ports;

namespace Control.Tests.Daemon;

/// <summary>The ports the data plane is given tell and give of marked packets what those inside them do.</summary>
public sealed class GuardedPortTests : IDisposable
{
    private readonly RigBuffers _buffers = new();
    private readonly PacketBatch _batch = new();

    public void Dispose()
    {
        _batch.Dispose();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Marked_InsideKeepsThemApart_AreToldAndTaken(int kind)
    {
        var inside = new SortedPort(_buffers);
        var port = Around(inside, inside, kind);
        Assert.True(((IMarkedPort)port).KeepsMarkedApart);
        Assert.False(HasWaiting(port) || ((IMarkedPort)port).HasMarked || ((IMarkedPort)port).TryReceiveMarked(_batch));
        inside.Waiting = 1;
        Assert.True(HasWaiting(port) && ((IMarkedPort)port).HasMarked);
        Assert.True(((IMarkedPort)port).TryReceiveMarked(_batch));
        Assert.Equal((1, 0), (_batch.Count, inside.Waiting));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Marked_InsideDoesNotKeepThemApart_NoneIsToldOrTaken(int kind)
    {
        var inside = new PlainPort(_buffers) { Waiting = 1 };
        var port = Around(inside, inside, kind);
        Assert.False(((IMarkedPort)port).KeepsMarkedApart || ((IMarkedPort)port).HasMarked || ((IMarkedPort)port).TryReceiveMarked(_batch));
        Assert.True(HasWaiting(port));
        Assert.Equal((0, 1), (_batch.Count, inside.Waiting));
    }

    private static object Around(IClearPort clear, ICipherPort cipher, int kind) => kind switch
    {
        0 => new GuardedClearPort(clear, new PortGuard()),
        1 => new GuardedCipherPort(cipher, new PortGuard()),
        _ => new SplitCipherPort(cipher, cipher),
    };

    private static bool HasWaiting(object port) => port is IClearPort clear ? clear.HasWaiting : ((ICipherPort)port).HasWaiting;

    private class PlainPort(RigBuffers buffers) : IClearPort, ICipherPort
    {
        public int Waiting { get; set; }

        public string Name => "inside";

        public int Mtu => 1500;

        public int BatchSize => 64;

        public bool HasWaiting => Waiting > 0;

        public PortStats Stats => default;

        public bool Receive(PacketBatch batch)
        {
            for (; Waiting > 0; Waiting--)
            {
                batch.Add(buffers.Fill([1]));
            }

            return true;
        }

        public void Inject(PacketBatch batch) => batch.Clear();

        public void Send(PacketBatch batch) => batch.Clear();

        public void Pass(PacketBatch batch) => batch.Clear();

        public void Interrupt()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class SortedPort(RigBuffers buffers) : PlainPort(buffers), IMarkedPort
    {
        public bool KeepsMarkedApart => true;

        public bool HasMarked => HasWaiting;

        public bool TryReceiveMarked(PacketBatch batch) => HasMarked && Receive(batch);
    }
}
