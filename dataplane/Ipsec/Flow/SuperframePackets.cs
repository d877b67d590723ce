using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;
using IpsecDp.Wire.Segments;

namespace IpsecDp.Ipsec.Flow;

/// <summary>The ESP packets of a job's cipher superframes, by index: where each lies, its number, what was found inside, and why it was refused.</summary>
internal sealed class SuperframePackets
{
    /// <summary>Most packets of a job.</summary>
    public const int Capacity = 2 * OpenSuperframeJob.MostPackets;

    /// <summary>Most superframes: they are added while they fit, and a sender divides 64 KB of a host into two of them.</summary>
    public const int MostSuperframes = 16;

    private readonly PacketSlice[] _slices = new PacketSlice[Capacity];
    private readonly bool[] _opened = new bool[Capacity];
    private readonly DropReason[] _refusals = new DropReason[Capacity];
    private readonly int[] _innerAt = new int[Capacity];
    private readonly int[] _innerLength = new int[Capacity];
    private readonly int[] _superframeOf = new int[Capacity];
    private readonly PacketBuffer?[] _superframes = new PacketBuffer?[MostSuperframes];
    private readonly byte[] _outerTos = new byte[MostSuperframes];
    private int _superframeCount;

    /// <summary>Packets.</summary>
    public int Count { get; private set; }

    /// <summary>Octets of the superframes.</summary>
    public int Bytes { get; private set; }

    /// <summary>What the cipher works on.</summary>
    public ReadOnlySpan<PacketSlice> Slices => _slices.AsSpan(0, Count);

    /// <summary>Whether each was authentic.</summary>
    public Span<bool> Opened => _opened.AsSpan(0, Count);

    /// <summary>Why each was refused.</summary>
    public Span<DropReason> Refusals => _refusals.AsSpan(0, Count);

    /// <summary>Octets each is charged with: of the packet inside, and of all it came as where there is none.</summary>
    public ReadOnlySpan<int> Lengths => _innerLength.AsSpan(0, Count);

    /// <summary>Forgets all of them.</summary>
    public void Clear() => (Count, _superframeCount, Bytes) = (0, 0, 0);

    /// <summary>Whether a superframe of so many packets may be added.</summary>
    public bool HasRoomFor(int packets) => _superframeCount < MostSuperframes && Count + packets <= Capacity;

    /// <summary>Lets go of what was added behind the first <paramref name="packets"/>.</summary>
    public void Shorten(int packets) => Count = packets;

    /// <summary>Adds the ESP packet that begins at a place of the superframe, or of a packet of its own.</summary>
    public void Add(PacketBuffer superframe, int at, int length, ulong number)
    {
        // The next packet begins where this one ends.
        _slices[Count] = new PacketSlice(superframe.Memory, superframe.Offset + at, length, number, Room: 0);
        _refusals[Count] = DropReason.None;
        // A dummy is charged as the packet it came in.
        _innerLength[Count] = HeaderLength(superframe, at) + length;
        _superframeOf[Count] = _superframeCount;
        Count++;
    }

    /// <summary>Takes the superframe over, whose packets were all added.</summary>
    public void Own(PacketBuffer superframe, byte outerTos)
    {
        (_superframes[_superframeCount], _outerTos[_superframeCount]) = (superframe, outerTos);
        _superframeCount++;
        Bytes += superframe.Length;
    }

    /// <summary>The superframe a packet came in, by number.</summary>
    public int SuperframeOf(int index) => _superframeOf[index];

    /// <summary>The TOS of the header around a packet.</summary>
    public byte OuterTosOf(int index) => _outerTos[_superframeOf[index]];

    /// <summary>All memory of the superframe a packet came in.</summary>
    public byte[] MemoryAround(int index) => _slices[index].Memory;

    /// <summary>Notes where the packet inside lies.</summary>
    public void Place(int index, int at, int length) => (_innerAt[index], _innerLength[index]) = (at, length);

    /// <summary>Where in its superframe's memory the packet inside lies.</summary>
    public int PlaceOf(int index) => _innerAt[index];

    /// <summary>The packet inside.</summary>
    public Span<byte> Inner(int index) => _slices[index].Memory.AsSpan(_innerAt[index], _innerLength[index]);

    /// <summary>Moves a superframe to the caller.</summary>
    public PacketBuffer Take(int superframe)
    {
        var buffer = _superframes[superframe]!;
        _superframes[superframe] = null;
        return buffer;
    }

    /// <summary>Gives the superframes back that nobody took.</summary>
    public void Return()
    {
        for (var i = 0; i < _superframeCount; i++)
        {
            _superframes[i]?.Return();
            _superframes[i] = null;
        }
    }

    private static int HeaderLength(PacketBuffer superframe, int at) => superframe.Segments.Kind == SegmentKind.None ? at : superframe.Segments.HeaderLength;
}
