using IpsecDp.Engines;

namespace Offload.Tests.Engines.Order;

/// <summary>Finds the modelled word of a location of the lane under test.</summary>
internal interface ICellMap
{
    int CellOf(ref int location);

    int CellOf(ref LaneJob? location);
}
