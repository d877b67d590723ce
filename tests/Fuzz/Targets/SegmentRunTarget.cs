using IpsecDp.Wire.Segments;

namespace IpsecDp.Fuzz.Targets;

/// <summary><see cref="SegmentRun"/>: two packets, the first as long as the first two octets say.</summary>
public sealed class SegmentRunTarget() : WireTarget("segment-run")
{
    private readonly byte[] _superframe = new byte[2 * InputMutator.MaximumLength];
    private readonly byte[] _first = new byte[InputMutator.MaximumLength];
    private readonly byte[] _packet = new byte[InputMutator.MaximumLength];

    /// <inheritdoc/>
    protected override void Parse(Span<byte> octets)
    {
        if (octets.Length < 2)
        {
            return;
        }

        var length = Math.Min((octets[0] << 8) | octets[1], octets.Length - 2);
        var first = octets.Slice(2, length);
        var second = octets[(2 + length)..];
        if (!SegmentRun.TryBegin(first, out var run))
        {
            return;
        }

        first.CopyTo(_first);
        var isJoined = run.TryJoin(second, mostPackets: 2);
        Promise.Holds(first.SequenceEqual(_first.AsSpan(0, length)), "joining changes nothing");
        Promise.Holds(run.Count == (isJoined ? 2 : 1), "what is refused is not counted");
        if (!isJoined)
        {
            return;
        }

        run.WriteFlags();
        first.CopyTo(_superframe);
        second[run.HeaderLength..].CopyTo(_superframe.AsSpan(length));
        Promise.Holds(run.Length == length + second.Length - run.HeaderLength, "the length is that of all payload");
        Promise.Holds(Split(run, 0).SequenceEqual(_first.AsSpan(0, length)), "splitting gives the first packet back");
        var again = Split(run, 1);
        // RFC 6864 §4.1: with DF set the identification says nothing.
        var isSame = again.SequenceEqual(second) || (second[0] >> 4 == 4 && (second[6] & 0x40) != 0 && again[12..].SequenceEqual(second[12..]));
        Promise.Holds(isSame, "splitting gives the second packet back");
    }

    private Span<byte> Split(in SegmentRun run, int index) =>
        _packet.AsSpan(0, SegmentSplitter.Write(_superframe.AsSpan(0, run.Length), run.HeaderLength, run.Size, index, _packet));
}
