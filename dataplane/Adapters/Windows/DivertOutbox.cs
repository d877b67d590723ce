namespace IpsecDp.Adapters.Windows;

/// <summary>Packets laid one behind the other as the driver takes them, used by one thread at a time.</summary>
internal sealed class DivertOutbox
{
    private const int Octets = 256 * 1024;

    private readonly byte[] _octets = GC.AllocateUninitializedArray<byte>(Octets, pinned: true);
    private readonly WinDivertAddress[] _addresses = GC.AllocateArray<WinDivertAddress>(CaptureArena.MostPackets, pinned: true);

    /// <summary>Packets in it.</summary>
    public int Count { get; private set; }

    /// <summary>Octets of them.</summary>
    public int Length { get; private set; }

    /// <summary>Where the next packet is laid.</summary>
    public Span<byte> Free => _octets.AsSpan(Length);

    /// <summary>Whether a packet of <paramref name="length"/> octets still fits.</summary>
    public bool HasRoom(int length) => Count < _addresses.Length && length <= _octets.Length - Length;

    /// <summary>Takes in what was laid into <see cref="Free"/>.</summary>
    public void Accept(int length, in WinDivertAddress address)
    {
        _addresses[Count++] = address;
        Length += length;
    }

    /// <summary>Hands all to a handle, is empty afterwards, and gives the error code.</summary>
    public int Flush(IDivertHandle handle)
    {
        var error = Count == 0 ? 0 : handle.Send(_octets.AsSpan(0, Length), _addresses.AsSpan(0, Count));
        (Count, Length) = (0, 0);
        return error;
    }
}
