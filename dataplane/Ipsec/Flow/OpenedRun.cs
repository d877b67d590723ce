using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>Neighbouring packets of an opened cipher superframe that the host gets as one: a clear superframe, or a single packet.</summary>
internal struct OpenedRun
{
    /// <summary>The first packet's index in the job.</summary>
    public int First;

    /// <summary>Packets of it.</summary>
    public int Count;

    /// <summary>Octets of it.</summary>
    public int Length;

    /// <summary>Where in the memory it lies: its buffer's, and as long as it has none, of the superframe the first packet came in.</summary>
    public int At;

    /// <summary>How it divides again.</summary>
    public Segmentation Segments;

    /// <summary>The flow of its packets.</summary>
    public FlowKey Flow;

    /// <summary>Whether it is a fragment, which is always alone.</summary>
    public bool IsFragment;

    /// <summary>Its own buffer; null while it lies in a superframe, and where none was free.</summary>
    public PacketBuffer? Buffer;
}
