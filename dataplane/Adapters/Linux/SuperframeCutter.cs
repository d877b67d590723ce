using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Adapters.Linux;

/// <summary>Cuts a superframe of more packets than the data plane takes at once into superframes of as many as it does, over as many calls as buffers allow.</summary>
internal sealed class SuperframeCutter(PortBuffers buffers)
{
    private PacketBuffer? _whole;
    private int _next;

    /// <summary>Whether pieces are waiting.</summary>
    public bool HasPieces => _whole is not null;

    private int PieceSize => _whole!.Segments.Size * SegmentMerger.MaximumPackets;

    /// <summary>Takes over a superframe.</summary>
    public void Begin(PacketBuffer whole)
    {
        _whole = whole;
        _next = 0;
    }

    /// <summary>Adds the next piece; false when no buffer is free for it.</summary>
    public bool TryAddPiece(PacketBatch batch)
    {
        var whole = _whole!;
        var segments = whole.Segments;
        var most = Math.Min(whole.Length, segments.HeaderLength + PieceSize);
        var piece = buffers.TryRent(most);
        if (piece is null)
        {
            return false;
        }

        // A piece is what a segment of many times the size would be, so the splitter knows how to write it.
        var length = SegmentSplitter.Write(whole.Packet, segments.HeaderLength, PieceSize, _next, piece.SetLength(most));
        piece.TrimTo(length);
        CountIdentificationUp(piece);
        piece.Segments = segments.CountIn(length) > 1 ? segments : Segmentation.None;
        batch.Add(piece);
        _next++;
        if (_next == SegmentSplitter.Count(whole.Length, segments.HeaderLength, PieceSize))
        {
            Release();
        }

        return true;
    }

    /// <summary>Gives the superframe back, pieces waiting or not.</summary>
    public void Release()
    {
        _whole?.Return();
        _whole = null;
    }

    // The splitter counts pieces; each stands for as many identifications as it has packets (RFC 6864 §4.2).
    private void CountIdentificationUp(PacketBuffer piece)
    {
        if (Ipv4View.TryView(piece.Packet, out var view))
        {
            view.Identification += (ushort)(_next * (SegmentMerger.MaximumPackets - 1));
            view.UpdateChecksum();
        }
    }
}
