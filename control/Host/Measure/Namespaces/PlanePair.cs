using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Reports;

namespace IpsecDp.Host.Measure.Namespaces;

/// <summary>The data planes of both hosts, read at one moment.</summary>
internal sealed class PlanePair(PlaneProcess a, PlaneProcess b)
{
    /// <summary>Ends the interval of both planes and begins the next; throws <see cref="Lab.LabException"/> when one has ended by itself.</summary>
    public (PlaneReading A, PlaneReading B) Cut()
    {
        // Both are asked before either is waited for, so that their intervals end together.
        a.Ask();
        b.Ask();
        return (a.Answer(), b.Answer());
    }

    /// <summary>Throws <see cref="Lab.LabException"/> when one has ended by itself.</summary>
    public void RequireRunning()
    {
        a.RequireRunning();
        b.RequireRunning();
    }
}
