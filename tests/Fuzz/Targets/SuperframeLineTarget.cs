using System.Buffers.Binary;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Line;

namespace IpsecDp.Fuzz.Targets;

/// <summary>The inbound path under cipher superframes: the octets as one whose segments are what their first four say, and as pieces that an authentic peer sealed, some of them spoiled.</summary>
public sealed class SuperframeLineTarget() : LineTarget("superframe-line")
{
    private const string Local = "10.2.0.2";
    private const string Remote = "10.1.0.1";
    private const int Lead = 4;
    private const int Alignment = 4;
    private const int MostPieces = 32;

    private readonly SaModel _model = TestSa.Model(0x1002, Remote, Local, isOutbound: false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() };
    private ulong _number;

    /// <inheritdoc/>
    protected override void Admit(CountingHost host, ReadOnlySpan<byte> input)
    {
        if (_number == 0)
        {
            host.Plane.InstallInbound(TestSa.Tunnel, [_model]);
            host.Plane.Publish(TestSa.ProtectAll());
        }

        _number++;
        if (input.Length < Lead)
        {
            return;
        }

        var (size, headerLength) = (BinaryPrimitives.ReadUInt16BigEndian(input), BinaryPrimitives.ReadUInt16BigEndian(input[2..]));
        host.Receive(input[Lead..], new Segmentation(SegmentKind.Udp, size, headerLength, IsChecksumMissing: false));
        var piece = Math.Max(Alignment, size % 1024 / Alignment * Alignment);
        var packets = new List<byte[]>();
        for (var at = Lead; at + piece <= input.Length && packets.Count < MostPieces; at += piece)
        {
            packets.Add(HandMadeEsp.Packet(_model, Remote, Local, input.Slice(at, piece), _number++));
        }

        if (packets.Count == 0)
        {
            return;
        }

        var frame = Frame.Of(packets);
        frame.Octets[^(1 + (headerLength % Math.Min(frame.Octets.Length, 4096)))] ^= (byte)(headerLength & 1);
        host.Receive(frame.Octets, frame.Segments);
    }
}
