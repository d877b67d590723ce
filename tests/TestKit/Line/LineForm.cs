using System.Buffers.Binary;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.TestKit.Packets;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.TestKit.Line;

/// <summary>In which form stepped hosts are given packets, and by whom they are sealed and opened: the same tests hold packet by packet and with every offload. One form for a whole run, by the environment.</summary>
/// <param name="Name">What the environment calls it.</param>
/// <param name="JoinsClear">Packets of the host come as superframes wherever the kernel would join them, and alone as superframes of one.</param>
/// <param name="IsInUdp">A pair's ESP travels under UDP, and arrives as cipher superframes.</param>
/// <param name="Engines">Specialty engines.</param>
/// <param name="IsPatient">Whether jobs stay in an engine's queue however long they wait there.</param>
public sealed record LineForm(string Name, bool JoinsClear, bool IsInUdp, int Engines, bool IsPatient = false)
{
    /// <summary>The variable that chooses.</summary>
    public const string Variable = "IPSECDP_LINE_FORM";

    private const int MostPackets = 40;

    /// <summary>One by one, and run to completion.</summary>
    public static LineForm Plain { get; } = new("packets", JoinsClear: false, IsInUdp: false, Engines: 0);

    /// <summary>Every form there is.</summary>
    public static IReadOnlyList<LineForm> All { get; } =
    [
        Plain,
        new("packets-2-engines", JoinsClear: false, IsInUdp: false, Engines: 2),
        new("clear-superframes", JoinsClear: true, IsInUdp: false, Engines: 0),
        new("cipher-superframes", JoinsClear: false, IsInUdp: true, Engines: 0),
        new("superframes-1-engine", JoinsClear: true, IsInUdp: true, Engines: 1),
    ];

    /// <summary>The form of this run.</summary>
    public static LineForm OfThisRun { get; } = Find(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The model as a pair of this form has it: ESP under UDP at a port that no test uses.</summary>
    public SaModel Shape(SaModel model) =>
        IsInUdp && model is { Protocol: SaProtocol.Esp, Encapsulation: null } ? model with { Encapsulation = new UdpEncapsulation(Disguise.Port, Disguise.Port) } : model;

    /// <summary>How the host's packets reach the line.</summary>
    public IReadOnlyList<Frame> OfHost(IReadOnlyList<byte[]> packets)
    {
        var frames = new List<Frame>();
        for (var at = 0; at < packets.Count;)
        {
            var frame = JoinsClear ? Join(packets, at) : new Frame(packets[at]);
            frames.Add(frame);
            at += frame.Segments.CountIn(frame.Octets.Length);
        }

        return frames;
    }

    /// <summary>How packets reach the line from the network: those of a disguised SA in UDP and joined.</summary>
    public IReadOnlyList<Frame> OfNetwork(IReadOnlyList<byte[]> packets, Func<uint, SaMode?> disguised)
    {
        if (!IsInUdp)
        {
            return [.. packets.Select(packet => new Frame(packet))];
        }

        var frames = new List<Frame>();
        var run = new List<byte[]>();
        foreach (var packet in packets)
        {
            var dressed = Disguise.TryPutOn(packet, disguised, out var isJoinable, out var isTunnel);
            if (run.Count > 0 && (!isJoinable || run.Count == MostPackets || !Disguise.MayFollow(run, dressed!, isTunnel)))
            {
                frames.Add(Frame.Of(run));
                run.Clear();
            }

            if (!isJoinable || dressed is null)
            {
                frames.Add(new Frame(dressed ?? packet));
            }
            else
            {
                run.Add(dressed);
            }
        }

        if (run.Count > 0)
        {
            frames.Add(Frame.Of(run));
        }

        return frames;
    }

    /// <summary>The packets that frames of the line stand for, without the disguise.</summary>
    public IReadOnlyList<byte[]> Packets(IReadOnlyList<Frame> frames) => [.. frames.SelectMany(frame => frame.Split()).Select(packet => IsInUdp ? Disguise.TakeOff(packet) : packet)];

    private static Frame Join(IReadOnlyList<byte[]> packets, int at)
    {
        byte[] first = [.. packets[at]];
        if (!SegmentRun.TryBegin(first, out var run) || !HasRightChecksum(first))
        {
            return new Frame(packets[at]);
        }

        List<byte> octets = [.. first];
        for (var next = at + 1; next < packets.Count && run.TryJoin((byte[])[.. packets[next]], MostPackets); next++)
        {
            octets.AddRange(packets[next][run.HeaderLength..]);
        }

        run.WriteFlags();
        byte[] whole = [.. first, .. octets.Skip(first.Length)];
        WriteLengths(whole, run.IsTcp);
        return new Frame(whole, new Segmentation(run.IsTcp ? SegmentKind.Tcp : SegmentKind.Udp, (ushort)run.Size, (ushort)run.HeaderLength, IsChecksumMissing: true));
    }

    // As a TUN device hands a superframe over: its header speaks of the whole.
    private static void WriteLengths(byte[] whole, bool isTcp)
    {
        var isV4 = whole[0] >> 4 == 4;
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(isV4 ? 2 : 4), (ushort)(isV4 ? whole.Length : whole.Length - 40));
        if (isV4)
        {
            (whole[10], whole[11]) = (0, 0);
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(10), NaiveChecksum.Compute(whole.AsSpan(0, 20)));
        }

        if (!isTcp)
        {
            var transportAt = isV4 ? 20 : 40;
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(transportAt + 4), (ushort)(whole.Length - transportAt));
        }
    }

    private static bool HasRightChecksum(byte[] packet) =>
        IpPacketView.TryView(packet, out var view)
        && NaiveChecksum.Transport(view.Source, view.Destination, view.Protocol, view.Payload) is var right
        && (view.Payload[view.Protocol == IpProtocol.Tcp ? 16 : 6] << 8 | view.Payload[view.Protocol == IpProtocol.Tcp ? 17 : 7]) == right;

    private static LineForm Find(string? name) =>
        string.IsNullOrEmpty(name) ? Plain : All.FirstOrDefault(form => form.Name == name) ?? throw new ArgumentException($"{Variable}: there is no form '{name}', but {string.Join(", ", All.Select(form => form.Name))}");
}
