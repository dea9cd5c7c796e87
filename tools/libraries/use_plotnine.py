"""A grammar of graphics."""

import plotnine as p9
from plotnine.data import mtcars

plot = p9.ggplot(mtcars, p9.aes("wt", "mpg", color="factor(cyl)"))
(plot + p9.geom_point() + p9.geom_smooth(method="lm") + p9.facet_wrap("gear")).draw()
plot = p9.ggplot(mtcars, p9.aes("factor(cyl)", fill="factor(gear)"))
(plot + p9.geom_bar() + p9.coord_flip()).draw()
plot = p9.ggplot(mtcars, p9.aes("hp")) + p9.geom_density(alpha=0.3, fill="red")
(plot + p9.theme_xkcd()).draw()
