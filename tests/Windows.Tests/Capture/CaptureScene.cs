using System.Collections.Concurrent;
using Dataplane.Tests.Adapters.Windows;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.Ports.Buffers;
using IpsecDp.Ports.Memory;
using IpsecDp.TestKit.Ports;

namespace Windows.Tests.Capture;

/// <summary>
/// One machine with a capture in its path and a peer in memory. What the capture injects for the network is taken at the bottom of
/// the driver's chain, so that nothing leaves the machine, and what the peer answers is put in at the top, as if it had arrived.
/// <code>
/// host ─▶ capture ─▶ data plane ─▶ inject ─▶ wire handle ─▶ peer
/// host ◀─ inject ◀── data plane ◀─ capture ◀─ top handle ◀──┘
/// </code>
/// </summary>
internal sealed class CaptureScene : IDisposable
{
    private const short Top = 30000;
    private const short Bottom = -30000;
    private const uint EmulatedInterface = 5;
    private const byte Esp = 50;

    private readonly RigBuffers _rig = new();
    private readonly PortBuffers _buffers = new();
    private readonly MemoryClearPort _peerClear = new();
    private readonly MemoryCipherPort _peerCipher;
    private readonly MemoryCipherPort _link;
    private readonly ConcurrentQueue<byte[]> _clearOnWire = new();
    private readonly ConcurrentQueue<byte[]> _atHost = new();
    private readonly IDivertHandle _top;
    private readonly HandleReader _wire;
    private readonly HandleReader? _host;
    private readonly TestThread _answers;
    private readonly TestThread _back;
    private readonly Peer _here;
    private readonly Peer _peer;
    private uint _interface = EmulatedInterface;
    private long _sealed;

    /// <summary>Opens everything; on an emulated device the host itself is two handles.</summary>
    public CaptureScene(string local, string remote, Func<byte[], byte[]?> answer)
    {
        // Of equal priority the earlier opened is the lower, so these two see what the capture injects.
        var version = local.Contains(':', StringComparison.Ordinal) ? "ipv6" : "ip";
        _wire = new HandleReader($"outbound and {version}.DstAddr == {remote}", Bottom, TakeFromWire);
        _host = Installation.IsEmulated ? new HandleReader($"inbound and {version}.SrcAddr == {remote}", Bottom, (packet, _) => _atHost.Enqueue(packet)) : null;
        _top = Installation.Driver.Open("false", WinDivertLayer.Network, Top, WinDivertFlags.SendOnly);
        (_peerCipher, _link) = MemoryCipherLink.Create();
        Guard = new DivertGuard(Installation.Driver);
        Capture = WinDivertCapture.Open(new WinDivertOptions
        {
            Driver = Installation.Driver,
            Plan = TestPlan.Pair(local, remote),
            Guard = Guard,
            Mtu = 1500,
            ProtectedMtu = 1400,
            Buffers = _buffers,
            BatchOctets = HandleReader.BatchOctets,
        });
        _here = new Peer(local, remote, isFirst: true, Capture.Clear, Capture.Cipher, _buffers.Packets, _buffers.Superframes);
        _peer = new Peer(remote, local, isFirst: false, _peerClear, _peerCipher, _buffers.Packets, _buffers.Superframes);
        _answers = new TestThread("peer's applications", () => Answer(answer));
        _back = new TestThread("from the peer", BringBack);
    }

    /// <summary>The capture.</summary>
    public WinDivertCapture Capture { get; }

    /// <summary>Its guard.</summary>
    public DivertGuard Guard { get; }

    /// <summary>ESP packets that came to the wire.</summary>
    public long Sealed => Interlocked.Read(ref _sealed);

    /// <summary>Packets that came to the wire and were no ESP.</summary>
    public IReadOnlyCollection<byte[]> ClearOnWire => _clearOnWire;

    /// <summary>What an emulated host was given.</summary>
    public IReadOnlyCollection<byte[]> AtHost => _atHost;

    /// <summary>Both sides' drops, for a failure's message.</summary>
    public string Drops => $"here: {_here.Drops}; peer: {_peer.Drops}; {Capture.Failure}";

    /// <summary>An emulated host sends.</summary>
    public void HostSends(params IReadOnlyList<byte[]> packets) => Put(packets, WinDivertMarks.Outbound);

    /// <summary>The network brings a packet to this machine.</summary>
    public void WireBrings(params IReadOnlyList<byte[]> packets) => Put(packets, WinDivertMarks.None);

    public void Dispose()
    {
        Capture.Clear.Interrupt();
        Capture.Cipher.Interrupt();
        _here.Dispose();
        Capture.Dispose();
        Guard.Dispose();
        _link.Interrupt();
        _peerClear.HostInterrupt();
        _back.Join();
        _answers.Join();
        _peerCipher.Interrupt();
        _peer.Dispose();
        _wire.Dispose();
        _host?.Dispose();
        _top.Dispose();
        _peerClear.Dispose();
        _peerCipher.Dispose();
        _link.Dispose();
    }

    private void TakeFromWire(byte[] packet, WinDivertAddress address)
    {
        Volatile.Write(ref _interface, address.Interface == 0 ? EmulatedInterface : address.Interface);
        if ((packet[0] >> 4 == 4 ? packet[9] : packet[6]) != Esp)
        {
            _clearOnWire.Enqueue(packet);
            return;
        }

        Interlocked.Increment(ref _sealed);
        using var batch = new PacketBatch();
        batch.Add(_rig.Fill(packet));
        _link.Send(batch);
    }

    private void Answer(Func<byte[], byte[]?> answer)
    {
        using var batch = new PacketBatch();
        for (; _peerClear.HostReceive(batch); batch.Clear())
        {
            using var answers = new PacketBatch();
            for (var index = 0; index < batch.Count; index++)
            {
                if (batch[index] is { } packet && answer(packet.Packet.ToArray()) is { } octets)
                {
                    answers.Add(_rig.Fill(octets));
                }
            }

            _peerClear.HostSend(answers);
        }
    }

    private void BringBack()
    {
        using var batch = new PacketBatch();
        for (; _link.Receive(batch); batch.Clear())
        {
            WireBrings([.. Enumerable.Range(0, batch.Count).Select(index => batch[index]!.Packet.ToArray())]);
        }
    }

    private void Put(IReadOnlyList<byte[]> packets, WinDivertMarks way)
    {
        const int AtOnce = 16;
        foreach (var part in packets.Chunk(AtOnce))
        {
            var addresses = part.Select(packet => new WinDivertAddress
            {
                Interface = Volatile.Read(ref _interface),
                Marks = way | WinDivertMarks.Checksums | (packet[0] >> 4 == 6 ? WinDivertMarks.V6 : 0),
            }).ToArray();
            var error = _top.Send(part.SelectMany(packet => packet).ToArray(), addresses);
            if (error != 0)
            {
                throw WinDivertError.ToException("putting packets into the chain", error);
            }
        }
    }
}
