using IpsecDp.Modelling.Activity;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;
using IpsecDp.Workloads.OpenLoop;

namespace IpsecDp.Host.Measure;

/// <summary>A trial's classes, out of what arrived by the clock and the books of every thread that saw packets reach the far side.</summary>
internal static class ArrivalFigures
{
    /// <summary>The classes in use.</summary>
    public static List<ClassFigures> Of(ArrivalCycle cycle, long arrived, IReadOnlyList<ArrivalBooks> books)
    {
        List<ClassFigures> classes = [];
        foreach (var trafficClass in Enum.GetValues<TrafficClass>())
        {
            var offered = cycle.OfClass(trafficClass, arrived);
            if (offered == 0)
            {
                continue;
            }

            var latency = new LatencyHistogram();
            foreach (var book in books)
            {
                book.AddLatency(trafficClass, latency);
            }

            var summary = latency.Summarise();
            classes.Add(new ClassFigures(
                TrafficClassNames.Of(trafficClass), offered, books.Sum(book => book.DeliveredOf(trafficClass)), books.Sum(book => book.ReorderedOf(trafficClass)),
                summary.P50, summary.P99, summary.P999, summary.Maximum));
        }

        return classes;
    }
}
