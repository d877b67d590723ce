using System.Runtime.CompilerServices;

namespace IpsecDp.Ports.Buffers;

/// <summary>Free buffers that came back together and leave together, side by side in memory.</summary>
internal sealed class Magazine
{
    /// <summary>Most buffers it holds.</summary>
    public const int Capacity = PacketBatch.DefaultCapacity;

    private PlaceArray _places;

    /// <summary>The top of the stack when it was put there: what lies below it.</summary>
    public int Below { get; set; }

    /// <summary>Its places, the latest buffer last.</summary>
    public Span<PacketBuffer?> Places => _places;

    [InlineArray(Capacity)]
    private struct PlaceArray
    {
        private PacketBuffer? _first;
    }
}
