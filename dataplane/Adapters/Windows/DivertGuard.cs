namespace IpsecDp.Adapters.Windows;

/// <summary>The guard itself: one handle with the driver's DROP a filter, held by whatever process this is, which should not be the capture's.</summary>
public sealed class DivertGuard(IDivertDriver driver) : IDivertGuard, IDisposable
{
    private readonly Dictionary<string, IDivertHandle> _held = new(StringComparer.Ordinal);

    /// <summary>Filters held.</summary>
    public int Count => _held.Count;

    /// <inheritdoc/>
    public void Hold(IReadOnlyList<string> filters)
    {
        var opened = new List<string>();
        try
        {
            foreach (var filter in filters.Where(filter => !_held.ContainsKey(filter)).Distinct(StringComparer.Ordinal).ToList())
            {
                _held.Add(filter, driver.Open(filter, WinDivertLayer.Network, DivertPriority.Guard, WinDivertFlags.Drop));
                opened.Add(filter);
            }
        }
        catch (AdapterException)
        {
            Release(opened);
            throw;
        }

        Release([.. _held.Keys.Except(filters, StringComparer.Ordinal)]);
    }

    /// <summary>Lets go of everything: what was held passes again.</summary>
    public void Dispose() => Release([.. _held.Keys]);

    private void Release(List<string> filters)
    {
        foreach (var filter in filters)
        {
            _held.Remove(filter, out var handle);
            handle?.Dispose();
        }
    }
}
