using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Writes one netfilter netlink message into memory the caller lends; the caller has looked at the room.</summary>
internal ref struct NetlinkWriter
{
    private const int FamilyHeaderLength = 4;

    private readonly Span<byte> _octets;

    /// <summary>Begins a message about a queue: nlmsghdr and nfgenmsg.</summary>
    public NetlinkWriter(Span<byte> octets, ushort type, ushort flags, uint sequence, ushort queue)
    {
        _octets = octets;
        octets[..(NetlinkMessage.HeaderLength + FamilyHeaderLength)].Clear();
        MemoryMarshal.Write(octets[4..], type);
        MemoryMarshal.Write(octets[6..], flags);
        MemoryMarshal.Write(octets[8..], sequence);
        BinaryPrimitives.WriteUInt16BigEndian(octets[18..], queue);
        Length = NetlinkMessage.HeaderLength + FamilyHeaderLength;
    }

    /// <summary>Octets written.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an attribute with its padding.</summary>
    public void Add(ushort type, scoped ReadOnlySpan<byte> content)
    {
        var attribute = AddHeader(type, content.Length);
        content.CopyTo(attribute);
        var end = Length + content.Length;
        Length = NetlinkMessage.Aligned(end);
        _octets[end..Length].Clear();
    }

    /// <summary>Adds an attribute that is one number.</summary>
    public void Add(ushort type, uint number)
    {
        Span<byte> content = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(content, number);
        Add(type, content);
    }

    /// <summary>Adds the header of an attribute whose content the caller sends behind what is written here.</summary>
    public Span<byte> AddHeader(ushort type, int contentLength)
    {
        MemoryMarshal.Write(_octets[Length..], (ushort)(NetlinkAttributes.HeaderLength + contentLength));
        MemoryMarshal.Write(_octets[(Length + 2)..], type);
        Length += NetlinkAttributes.HeaderLength;
        return _octets[Length..];
    }

    /// <summary>Writes the length of the message, with <paramref name="behind"/> octets that are sent behind what is written here.</summary>
    public readonly void Close(int behind = 0) => MemoryMarshal.Write(_octets, (uint)(Length + behind));
}
