namespace IpsecDp.Adapters.Windows;

/// <summary>Opens handles of a packet-diverting driver: the narrow place where the binding, another wrapper of WinDivert, or a driver in memory stands.</summary>
public interface IDivertDriver
{
    /// <summary>Opens a handle; throws <see cref="AdapterException"/> with what to do.</summary>
    /// <param name="filter">Which packets, in WinDivert's filter language.</param>
    /// <param name="layer">Where.</param>
    /// <param name="priority">-30000 to 30000; the higher sees packets first, and what a handle sends is seen only by those below it.</param>
    /// <param name="flags">How matches are treated.</param>
    IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags);
}
