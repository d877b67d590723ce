using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;
using IpsecDp.Wire.Segments;

using NetworkNamespace = IpsecDp.TestKit.Namespaces.NetworkNamespace;

namespace Dataplane.Tests.Adapters.Linux;

/// <summary>A TUN device in each of two namespaces, and a thread per direction that carries packets from one to the other, whole or divided.</summary>
internal sealed class TunRelay : IDisposable
{
    private readonly NetworkNamespaces _spaces;
    private readonly TunDevice _a;
    private readonly TunDevice _b;
    private readonly TestThread _forth;
    private readonly TestThread _back;
    private readonly bool _divides;

    public TunRelay(TunOffloads disabled, bool divides)
    {
        _divides = divides;
        _spaces = new NetworkNamespaces();
        _a = Open(_spaces.A, "10.78.0.1", "fd78::1", disabled);
        _b = Open(_spaces.B, "10.78.0.2", "fd78::2", disabled);
        _spaces.A.AwaitAddresses();
        _spaces.B.AwaitAddresses();
        _forth = new TestThread("forth", () => Carry(_a.Ports[0], _b.Ports[0]));
        _back = new TestThread("back", () => Carry(_b.Ports[0], _a.Ports[0]));
    }

    public NetworkNamespace SpaceA => _spaces.A;

    public NetworkNamespace SpaceB => _spaces.B;

    public TunPort A => _a.Ports[0];

    public TunPort B => _b.Ports[0];

    public PortBuffers Buffers { get; } = new();

    /// <summary>Ends both threads; devices and namespaces go with <see cref="Dispose"/>.</summary>
    public void Stop()
    {
        A.Interrupt();
        B.Interrupt();
        _forth.Join();
        _back.Join();
    }

    public void Dispose()
    {
        Stop();
        _a.Dispose();
        _b.Dispose();
        _spaces.Dispose();
    }

    private TunDevice Open(NetworkNamespace space, string v4, string v6, TunOffloads disabled) => space.Run(() => TunDevice.Open(new TunOptions
    {
        Name = "tun0",
        Addresses = [new InterfaceAddress(System.Net.IPAddress.Parse(v4), 24), new InterfaceAddress(System.Net.IPAddress.Parse(v6), 64)],
        Disabled = disabled,
        Buffers = Buffers,
    }));

    private void Carry(TunPort from, TunPort to)
    {
        using var batch = new PacketBatch();
        using var pieces = new PacketBatch(64 * SegmentMerger.MaximumPackets);
        while (from.Receive(batch))
        {
            if (_divides)
            {
                Divide(batch, pieces);
                to.Inject(pieces);
                pieces.Clear();
            }
            else
            {
                to.Inject(batch);
            }

            batch.Clear();
        }
    }

    private void Divide(PacketBatch batch, PacketBatch pieces)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var whole = batch[i]!;
            if (whole.Segments.Kind == SegmentKind.None)
            {
                pieces.Add(batch.Take(i)!);
                continue;
            }

            for (var index = 0; index < whole.Segments.CountIn(whole.Length); index++)
            {
                var piece = Buffers.Packets.TryRent()!;
                piece.TrimTo(SegmentSplitter.Write(whole.Packet, whole.Segments.HeaderLength, whole.Segments.Size, index, piece.SetLength(piece.Capacity)));
                pieces.Add(piece);
            }
        }
    }
}
